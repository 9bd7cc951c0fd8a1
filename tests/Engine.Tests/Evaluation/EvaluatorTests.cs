using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void More_logits_than_can_be_kept_are_refused()
    {
        const int Classes = 1000;
        const int Most = 2_147_483;
        using var network = new Network(new Architecture("many", new Shape(1, 1, 1), new Flatten(), new Linear(1, Classes)), new ExecutionOptions(), batchSize: 1, seed: 1);
        ImageSet Images(int count) => new(1, 1, 1, new byte[count], new int[count]);

        Assert.Equal(Most, new Evaluator(network, Images(Most)).Images.Count);
        ShapeException error = Assert.Throws<ShapeException>(() => new Evaluator(network, Images(Most + 1)));
        Assert.Equal(
            "2,147,484 images of 1,000 classes have more than the 2,147,483,591 logits that an evaluation can keep; evaluate fewer images at a time", error.Message);
    }
}
