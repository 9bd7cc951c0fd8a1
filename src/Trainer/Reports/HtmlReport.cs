using System.Globalization;
using System.Net;
using System.Text;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Reports;

/// <summary>Writes a run down as one page that needs nothing beside itself: no other file, no network, no script.</summary>
/// <param name="run">The run.</param>
/// <param name="architecture">Its network, or null where there is no file of weights to tell.</param>
/// <param name="evaluation">How well its network classifies, or null where there were no images to tell by.</param>
/// <param name="drawings">Its pictures.</param>
internal sealed class HtmlReport(RunRecord run, Architecture? architecture, ModelEvaluation? evaluation, IReadOnlyList<Drawing> drawings)
{
    /// <summary>Of more classes, the worst so many are shown.</summary>
    private const int ClassesShown = 100;

    /// <summary>Pairs of classes that are shown where there are too many for a matrix.</summary>
    private const int PairsShown = 20;

    private readonly StringBuilder _page = new();

    /// <summary>The page.</summary>
    public string Write()
    {
        string title = $"{run.Name} · CifarFast";
        Line($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>{title}</title>
            """);
        using (var style = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!))
        {
            _page.Append("<style>\n").Append(style.ReadToEnd()).Append("</style>\n</head>\n<body>\n");
        }

        WriteHead();
        WritePictures("Curves", PageSection.Curves);
        WriteEpochs();
        WriteEvaluation();
        WritePictures("What it got wrong, and right", PageSection.Predictions);
        WritePictures("What it was trained on", PageSection.Training);
        WritePictures("What it looks for", PageSection.Filters);
        WriteNetwork();
        WriteConfiguration();
        WriteCommands();
        _page.Append("</body>\n</html>\n");
        return _page.ToString();
    }

    private void WriteHead()
    {
        Recipe recipe = run.Config.Options.Recipe;
        string began = run.Config.Started.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        Line($"<h1>{run.Name}</h1>");
        Line($"<p class=\"faint\">network {run.Config.Network} on {run.Config.Data.Name}, begun {began}, {run.Status}</p>");
        _page.Append("<div class=\"figures\">\n");
        if (evaluation is not null)
        {
            Figure(Percent(evaluation.Report.Accuracy), "accuracy on the test images");
            if (evaluation.Augmented is not null)
            {
                Figure(Percent(evaluation.Augmented.Accuracy), $"with {RecipeText.Of(evaluation.Augmented.Level)}");
            }

            string errors = evaluation.Report.Errors == 1 ? "error" : "errors";
            Figure(evaluation.Report.Errors.ToString("N0", CultureInfo.InvariantCulture), $"{errors} in {Quantity.Of(evaluation.Report.Images, "image")}");
        }

        if (run.Epochs.Count > 0)
        {
            EpochMetrics last = run.Epochs[^1];
            Figure(LossFigure.Format(last.TrainLoss), "training loss of the last epoch");
            Figure($"{run.Epochs.Count} of {recipe.EpochCount}", recipe.EpochCount == 1 ? "epoch" : "epochs");
            Figure(Clock.Format(run.Epochs.Sum(epoch => epoch.Seconds)), "time");
            Figure(Rate(run.Summary?.ImagesPerSecond ?? last.ImagesPerSecond), "training images a second");
        }

        _page.Append("</div>\n");
    }

    private void WriteEpochs()
    {
        if (run.Epochs.Count == 0)
        {
            return;
        }

        int? best = run.Best?.Epoch;
        bool validates = run.Epochs.Any(epoch => double.IsFinite(epoch.ValidationLoss));
        Heading("Epochs");
        Table("", ["epoch", $"training {RecipeText.Loss(run.Config.Options.Recipe)}", RecipeText.Accuracy(run.Config.Options.Recipe), .. validates ? new[] { "validation loss", "accuracy" } : [], "test loss", "accuracy", "learning rate", "time", "images/s"],
            run.Epochs.Select(epoch => (string[])
            [
                epoch.Epoch == best ? $"{epoch.Epoch} ★" : Count(epoch.Epoch),
                Loss(epoch.TrainLoss), Percent(epoch.TrainAccuracy),
                .. validates ? new[] { Loss(epoch.ValidationLoss), Percent(epoch.ValidationAccuracy) } : [],
                Loss(epoch.TestLoss), Percent(epoch.TestAccuracy),
                .. IsKnown(epoch) ? new[] { epoch.LearningRate.ToString(CultureInfo.InvariantCulture), Clock.Format(epoch.Seconds), Rate(epoch.ImagesPerSecond) } : ["–", "–", "–"],
            ]));
        Line($"<p class=\"faint\">★ best by {ChoiceName.Of(run.Config.Options.Recipe.Monitor)}</p>");
    }

    private void WriteEvaluation()
    {
        if (evaluation is null)
        {
            return;
        }

        ClassificationReport report = evaluation.Report;
        string augmented = evaluation.Augmented is AugmentedAccuracy other ? $"; with {RecipeText.Of(other.Level)} accuracy {Percent(other.Accuracy)}" : "";
        string top2 = report.TellsTop2 ? $", top-2 accuracy {Percent(report.Top2Accuracy)}" : "";
        Heading("Test images");
        Line($"<p>{Path.GetRelativePath(run.Path, evaluation.Checkpoint)}: accuracy {Percent(report.Accuracy)}{top2}, loss {Loss(report.Loss)}{augmented}.</p>");
        IReadOnlyList<ClassFigures> shown = report.Classes.Count <= ClassesShown ? report.Classes : report.Worst(ClassesShown);
        Table("classes", ["class", "precision", "recall", "F1", "images", "predicted"],
            shown.Select(figures => (string[])
            [
                figures.Name, Percent(figures.Precision), Percent(figures.Recall), Percent(figures.F1), Whole(figures.Support), Whole(figures.Predicted),
            ]),
            ["mean", Percent(report.MacroPrecision), Percent(report.MacroRecall), Percent(report.MacroF1), Count(report.Images), ""]);
        if (shown.Count < report.Classes.Count)
        {
            Line($"<p class=\"faint\">The {shown.Count} of {report.Classes.Count} classes with the lowest F1; the mean is that of all.</p>");
        }

        if (report.Classes.Count > ReportView.MostClasses)
        {
            Heading("Confused most often");
            Table("classes", ["class", "taken for", "images", "of"],
                report.MostConfused(PairsShown).Select(pair => (string[])
                [
                    report.Classes[pair.Label].Name, report.Classes[pair.Predicted].Name, Whole(pair.Images), Whole(report.Classes[pair.Label].Support),
                ]));
            return;
        }

        Heading("Confusion matrix");
        Line($"<p class=\"faint\">A row a true class, a column a predicted one; colours by the share of the row.</p>");
        _page.Append("<div class=\"scroll\"><table class=\"confusion\"><thead><tr><th></th>");
        foreach (ClassFigures figures in report.Classes)
        {
            Line($"<th scope=\"col\"><span>{figures.Name}</span></th>");
        }

        _page.Append("</tr></thead>\n<tbody>\n");
        for (int label = 0; label < report.Classes.Count; label++)
        {
            Line($"<tr><th scope=\"row\">{report.Classes[label].Name}</th>");
            for (int predicted = 0; predicted < report.Classes.Count; predicted++)
            {
                double share = ConfusionCharts.Share(report, label, predicted);
                string alpha = (double.IsNaN(share) ? 0 : 0.75 * share).ToString("F3", CultureInfo.InvariantCulture);
                string hint = $"{report.Classes[label].Name} taken for {report.Classes[predicted].Name}: {Percent(share)}";
                Line($"<td class=\"{(label == predicted ? "right" : "wrong")}\" style=\"--share:{alpha}\" title=\"{hint}\">{report.Confusion(label, predicted)}</td>");
            }

            _page.Append("</tr>\n");
        }

        _page.Append("</tbody></table></div>\n");
    }

    private void WriteNetwork()
    {
        if ((architecture ?? NetworkCatalog.Find(run.Config.Network)) is not Architecture network)
        {
            return;
        }

        Heading("Network");
        Table("", ["layer", "output", "parameters", "multiply-adds"],
            network.Summary.Select(row => (string[])[row.Description, row.OutputShape.ToString(), Count(row.Parameters), Count(row.MultiplyAdds)]),
            ["total", "", Count(network.Summary.Sum(row => row.Parameters)), Count(network.Summary.Sum(row => row.MultiplyAdds))]);
    }

    private void WriteConfiguration()
    {
        TrainSettings settings = run.Config.Options;
        Recipe recipe = settings.Recipe;
        RunData data = run.Config.Data;
        Machine machine = run.Config.Machine;
        Heading("Configuration");
        _page.Append("<div class=\"scroll\"><table class=\"text\"><tbody>\n");
        string schedule = RecipeText.Of(recipe.Schedule);
        Row("recipe", $"{recipe.Name}: {RecipeText.Length(recipe)}, seed {recipe.Seed}");
        if (recipe.DropLast)
        {
            Row("last batch of an epoch", "dropped where it is not whole");
        }

        if (recipe.Transforms.Count > 0)
        {
            Row("augmentation", string.Join("; ", recipe.Transforms.Select(RecipeText.Of)));
        }

        Row("optimizer", RecipeText.Of(recipe.Optimizer));
        if (schedule.Length > 0)
        {
            Row("learning rate", schedule);
        }

        Row("loss", RecipeText.Of(recipe.Loss));
        if (recipe.Average is not null)
        {
            Row(recipe.Average.Lookahead ? "average" : "evaluated", RecipeText.Of(recipe.Average));
        }

        if (recipe.TestTimeAugmentation != TestTimeAugmentation.None)
        {
            Row("measured also with", RecipeText.Of(recipe.TestTimeAugmentation));
        }

        Row("best epoch by", $"{ChoiceName.Of(recipe.Monitor)}{(recipe.Patience is int patience ? $", stops after {Quantity.Of(patience, "epoch")} without a better one" : "")}");
        Row("data", $"{data.Name}, {Quantity.Of(data.TrainImages, "training image")} and {Quantity.Of(data.TestImages, "test image")}{Limits(settings)}");
        Row("SHA-256 of the training images", data.TrainSha256);
        Row("SHA-256 of the test images", data.TestSha256);
        Row("computed with", ComputeText.Of(settings.Execution));
        if (run.Config.Processes is int processes)
        {
            Row("computed by", run.Summary?.Sharing ?? Quantity.Of(processes, "process", "processes"));
        }

        Row("machine", string.Join(", ", new[] { machine.Processor, Quantity.Of(machine.LogicalProcessors, "logical processor"), machine.OperatingSystem, machine.Runtime }.Where(part => part.Length > 0)));
        Row("program", $"CifarFast {run.Config.ProgramVersion}");
        _page.Append("</tbody></table></div>\n");
    }

    private static string Limits(TrainSettings settings) => string.Concat(
        settings.LimitTrain is int train ? $", of the training images the first {train:N0}" : "",
        settings.ValidationSplit is double share ? string.Create(CultureInfo.InvariantCulture, $", {100 * share:0.##} % of them held out to validate") : "",
        settings.LimitTest is int test ? $", of the test images the first {test:N0}" : "");

    private void WriteCommands()
    {
        if (run.Config.CommandLines is [_, ..] lines)
        {
            Heading("Command lines");
            Line($"<pre>{string.Join('\n', lines)}</pre>");
        }
    }

    private void WritePictures(string heading, PageSection section)
    {
        Drawing[] shown = [.. drawings.Where(drawing => drawing.Picture.Section == section)];
        if (shown.Length == 0)
        {
            return;
        }

        Heading(heading);
        _page.Append("<div class=\"pictures\">\n");
        foreach (Drawing drawing in shown)
        {
            Line($"""
                <figure class="{drawing.Picture.Name}"><picture><source media="(prefers-color-scheme: dark)" srcset="data:image/png;base64,{Convert.ToBase64String(drawing.Dark!)}"><img alt="{drawing.Picture.Title}" src="data:image/png;base64,{Convert.ToBase64String(drawing.Light)}"></picture><figcaption>{drawing.Picture.Title}</figcaption></figure>
                """);
        }

        _page.Append("</div>\n");
    }

    private void Heading(string text) => Line($"<h2>{text}</h2>");

    private void Figure(string figure, string meaning) => Line($"<div><b>{figure}</b><span>{meaning}</span></div>");

    private void Row(string name, string value) => Line($"<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");

    private void Table(string kind, string[] header, IEnumerable<string[]> rows, string[]? footer = null)
    {
        Line($"<div class=\"scroll\"><table class=\"{kind}\"><thead><tr>");
        Cells(header, "th");
        _page.Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in rows)
        {
            _page.Append("<tr>");
            Cells(row, "td");
            _page.Append("</tr>\n");
        }

        _page.Append("</tbody>");
        if (footer is not null)
        {
            _page.Append("<tfoot><tr>");
            Cells(footer, "td");
            _page.Append("</tr></tfoot>");
        }

        _page.Append("</table></div>\n");
    }

    private void Cells(string[] texts, string tag)
    {
        foreach (string text in texts)
        {
            _page.Append('<').Append(tag).Append('>').Append(WebUtility.HtmlEncode(text)).Append("</").Append(tag).Append('>');
        }
    }

    /// <summary>Adds a line of the page; whatever is filled in is text, never markup.</summary>
    private void Line(FormattableString line)
    {
        object[] encoded = [.. line.GetArguments().Select(argument => WebUtility.HtmlEncode(Convert.ToString(argument, CultureInfo.InvariantCulture) ?? ""))];
        _page.AppendFormat(CultureInfo.InvariantCulture, line.Format, encoded).Append('\n');
    }

    /// <summary>A count of a layer: what it has none of is left blank.</summary>
    private static string Count(long count) => count == 0 ? "" : Whole(count);

    private static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Of epochs that another program trained, neither the time nor the learning rate is known.</summary>
    private static bool IsKnown(EpochMetrics epoch) => epoch.TrainSeconds > 0;

    private static string Loss(double loss) => double.IsNaN(loss) ? "–" : LossFigure.Format(loss);

    private static string Percent(double share) => double.IsNaN(share) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");

    private static string Rate(double imagesPerSecond) => imagesPerSecond.ToString("N0", CultureInfo.InvariantCulture);
}
