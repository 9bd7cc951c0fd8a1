using System.Text.Json.Nodes;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Trainer.Runs;

/// <summary>
/// The configuration as the first version of the program wrote it, which had no recipes: <c>options.training</c> was what the reference
/// recipe had been told, with the numbers of SGD among the others.
/// </summary>
internal static class FirstConfig
{
    private static readonly string[] _ofOptimizer = ["learning_rate", "momentum", "nesterov", "weight_decay"];

    /// <summary>The same configuration as this version writes it; anything else stays as it is.</summary>
    public static JsonNode? Upgrade(JsonNode? config)
    {
        if (config is JsonObject && config["options"] is JsonObject options && options["training"] is JsonObject training)
        {
            options.Remove("training");
            var optimizer = new JsonObject { ["type"] = nameof(SGD) };
            foreach (string name in _ofOptimizer)
            {
                JsonNode? value = training[name];
                training.Remove(name);
                optimizer[name] = value;
            }

            optimizer["groups"] = new JsonArray();
            training["name"] = RecipeCatalog.All[0].Name;
            training["optimizer"] = optimizer;
            training["schedule"] = new JsonObject { ["type"] = nameof(ConstantSchedule) };
            training["loss"] = new JsonObject { ["type"] = nameof(CrossEntropyLoss), ["label_smoothing"] = 0 };
            options["recipe"] = training;
        }

        return config;
    }
}
