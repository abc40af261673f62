using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;

/// <summary>Runs snippets and says what came of them in a form that another implementation can be held against.</summary>
public static class Judge
{
    /// A command of the tenant, as Import-PSSession brings it: what -ErrorAction silences does not come over the wire at
    /// all, and an argument that is not right is the server's word, which ends no `try`.
    const string One = @"
function global:NAME {
    [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $Identity, $ResultSize, [string] $Filter)
    process {
        $silent = ""$ErrorActionPreference"" -in 'SilentlyContinue', 'Ignore' -and $PSBoundParameters.ContainsKey('ErrorAction')
        if ($PSBoundParameters.ContainsKey('ResultSize')) {
            try { $size = [int]$ResultSize }
            catch {
                $message = ""Cannot process argument transformation on parameter 'ResultSize'. $($_.Exception.Message)""
                if (-not $silent) { $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Management.Automation.RuntimeException]::new($message), 'ParameterArgumentTransformationError', 'InvalidData', $null)) }
                return
            }
        }
        $all = @($global:__tenant['NAME'])
        if ($null -ne $Identity) {
            $text = if ($Identity.PSObject.Properties['Identity']) { [string]$Identity.Identity } else { [string]$Identity }
            $all = @($all | Where-Object { $_.Identity -eq $text -or $_.DisplayName -eq $text -or $_.UserPrincipalName -eq $text -or $_.SipAddress -eq $text })
            if (-not $all.Count) {
                if ($silent) { return }
                $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Management.Automation.RuntimeException]::new(""Management object not found for identity `""$text`"".""), 'ManagementObjectNotFound', 'ObjectNotFound', $Identity))
                return
            }
        }
        if ($PSBoundParameters.ContainsKey('ResultSize')) { $all = @($all | Select-Object -First $size) }
        $all
    }
}
";
    static readonly string[] Windows = {
        "ac=Add-Content", "cat=Get-Content", "clear=Clear-Host", "compare=Compare-Object", "cp=Copy-Item", "cpp=Copy-ItemProperty",
        "diff=Compare-Object", "kill=Stop-Process", "ls=Get-ChildItem", "man=help", "mount=New-PSDrive", "mv=Move-Item", "ps=Get-Process",
        "rm=Remove-Item", "rmdir=Remove-Item", "sleep=Start-Sleep", "sort=Sort-Object", "start=Start-Process", "tee=Tee-Object", "write=Write-Output" };

    public static void Serve(string tenant, string folder)
    {
        string line;
        while ((line = Console.In.ReadLine()) != null)
        {
            var asked = JsonDocument.Parse(line).RootElement;
            var answer = Run(asked.GetProperty("code").GetString(), asked.GetProperty("culture").GetString(), tenant, folder,
                asked.TryGetProperty("local", out var l) && l.GetBoolean(), asked.TryGetProperty("given", out var g) ? g : default);
            Console.Out.WriteLine(JsonSerializer.Serialize(answer));
            Console.Out.Flush();
        }
    }

    static readonly Regex Colours = new("\u001b\\[[0-9;]*m");

    static Dictionary<string, object> Run(string code, string culture, string tenant, string folder, bool local, JsonElement given)
    {
        var made = new Dictionary<string, object> { ["code"] = code };
        Parser.ParseInput(code, out _, out ParseError[] bad);
        made["parse_errors"] = bad.Select(b => b.ErrorId).ToArray();
        if (bad.Length > 0) { made["parse_message"] = bad[0].Message; return made; }
        var here = Path.Combine(folder, "cell");
        if (Directory.Exists(here)) Directory.Delete(here, true);
        Directory.CreateDirectory(here);
        Directory.SetCurrentDirectory(here);
        if (given.ValueKind == JsonValueKind.Object)
            foreach (var file in given.EnumerateObject())
            {
                var path = Path.Combine(here, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path));
                File.WriteAllText(path, file.Value.GetString());
            }
        Forget();
        var chosen = culture == "" ? CultureInfo.InvariantCulture : new CultureInfo(culture);
        Exception failure = null;
        var thread = new Thread(() => {
            try { Inside(code, tenant, here, made); } catch (Exception e) { failure = e; }
        }, 16 * 1024 * 1024);
        thread.CurrentCulture = chosen;
        thread.CurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = chosen;
        CultureInfo.CurrentCulture = chosen;
        thread.Start();
        if (!thread.Join(20000)) { made["hung"] = true; }
        if (failure != null) made["judge_failed"] = failure.ToString();
        return made;
    }

    /// <summary>Take off what earlier snippets put on small numbers (Compare-Object, Add-Member): .NET has one box of each.</summary>
    static void Forget()
    {
        foreach (var field in typeof(PSObject).GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            if (field.FieldType.Name.StartsWith("ConditionalWeakTable")) field.FieldType.GetMethod("Clear").Invoke(field.GetValue(null), null);
    }

    static void Inside(string code, string tenant, string here, Dictionary<string, object> made)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var pair in Windows) { var p = pair.Split('='); state.Commands.Add(new SessionStateAliasEntry(p[0], p[1])); }
        var screen = new Screen();
        using var space = RunspaceFactory.CreateRunspace(new JudgeHost(screen), state);
        space.ThreadOptions = PSThreadOptions.UseCurrentThread;
        space.Open();
        Runspace.DefaultRunspace = space;
        var read = PSSerializer.Deserialize(tenant);
        var objects = (IDictionary)(read is PSObject held ? held.BaseObject : read);
        space.SessionStateProxy.SetVariable("__tenant", objects);
        using (var first = PowerShell.Create()) {
            first.Runspace = space;
            first.AddScript("Set-Location -LiteralPath '" + here + "'; $PSStyle.OutputRendering = 'PlainText'; $ErrorView = 'NormalView'");
            foreach (string name in objects.Keys) first.AddScript(One.Replace("NAME", name));
            first.Invoke();
            if (first.HadErrors) throw first.Streams.Error[0].Exception;
        }
        screen.Clear();
        var before = new HashSet<string>(Names(space), StringComparer.OrdinalIgnoreCase);
        using var shell = PowerShell.Create();
        shell.Runspace = space;
        shell.AddScript(code);
        var output = new PSDataCollection<PSObject>();
        ErrorRecord ended = null;
        using var timer = new Timer(_ => { try { shell.Stop(); } catch { } }, null, 10000, Timeout.Infinite);
        try { shell.Invoke(null, output, null); }
        catch (RuntimeException e) { ended = e.ErrorRecord; made["terminating_exception"] = e.GetType().Name; }
        made["terminating"] = ended == null ? null : Error(ended);
        made["errors"] = shell.Streams.Error.Select(Error).ToArray();
        made["warnings"] = screen.Warnings.ToArray();
        made["verbose"] = screen.Verbose.ToArray();
        made["debug"] = screen.Debug.ToArray();
        made["host"] = Colours.Replace(screen.Text.ToString(), "");
        made["information"] = shell.Streams.Information.Select(w => w.MessageData?.ToString()).ToArray();
        made["formatted"] = output.Any(o => o != null && o.BaseObject.GetType().FullName.StartsWith("Microsoft.PowerShell.Commands.Internal.Format"));
        made["output"] = output.Select(o => Of(o, 0)).ToArray();
        var variables = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in Names(space)) if (!before.Contains(name)) variables[name.ToLowerInvariant()] = Of(space.SessionStateProxy.PSVariable.GetValue(name), 0);
        made["variables"] = variables;
        using (var last = PowerShell.Create()) {
            last.Runspace = space;
            last.AddCommand("Out-String").AddParameter("Width", 120);
            try { made["text"] = string.Concat(last.Invoke<string>(output)); } catch (Exception e) { made["text"] = null; made["text_error"] = e.Message; }
        }
        var files = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFileSystemEntries(here, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(here, path)] = Directory.Exists(path) ? null : Convert.ToBase64String(File.ReadAllBytes(path));
        made["files"] = files;
    }

    static IEnumerable<string> Names(Runspace space)
    {
        using var asked = PowerShell.Create();
        asked.Runspace = space;
        return asked.AddCommand("Get-Variable").AddParameter("Scope", "Global").Invoke<PSVariable>().Select(v => v.Name).ToArray();
    }

    static object Error(ErrorRecord e) => new Dictionary<string, object> {
        ["message"] = e.ToString(), ["id"] = e.FullyQualifiedErrorId, ["category"] = e.CategoryInfo.Category.ToString(),
        ["activity"] = e.CategoryInfo.Activity, ["reason"] = e.CategoryInfo.Reason, ["target_name"] = e.CategoryInfo.TargetName,
        ["target_type"] = e.CategoryInfo.TargetType, ["target"] = Of(e.TargetObject, 2), ["exception"] = e.Exception.GetType().FullName,
        ["inner"] = e.Exception.InnerException?.GetType().FullName,
        ["line"] = e.InvocationInfo?.ScriptLineNumber ?? 0, ["column"] = e.InvocationInfo?.OffsetInLine ?? 0 };

    static object[] Pair(string type, object value) => new object[] { type, value };

    /// <summary>A value as [type, content].</summary>
    public static object Of(object value, int depth)
    {
        if (value == null) return null;
        var wrapped = value as PSObject;
        var raw = wrapped != null ? wrapped.BaseObject : value;
        if (raw == System.Management.Automation.Internal.AutomationNull.Value) return null;
        var type = raw.GetType();
        var name = type.FullName;
        var c = CultureInfo.InvariantCulture;
        switch (raw)
        {
            case string s: return Pair(name, s);
            case char ch: return Pair(name, ch.ToString());
            case bool b: return Pair(name, b);
            case double d: return Pair(name, d.ToString("R", c));
            case float f: return Pair(name, f.ToString("R", c));
            case decimal m: return Pair(name, m.ToString(c));
            case DateTime t: return Pair(name, t.ToString("o", c));
            case TimeSpan t: return Pair(name, t.Ticks.ToString(c));
            case Enum en: return Pair(name, en.ToString());
            case Type t: return Pair("System.Type", t.ToString());
            case ScriptBlock b: return Pair(name, b.ToString());
            case SwitchParameter sw: return Pair(name, sw.IsPresent);
            case System.Numerics.BigInteger g: return Pair(name, g.ToString(c));
            case Guid g: return Pair(name, g.ToString());
            case Version v: return Pair(name, v.ToString());
            case Uri u: return Pair(name, u.OriginalString);
            case ErrorRecord e: return Pair(name, new object[] { e.FullyQualifiedErrorId, e.ToString(), e.CategoryInfo.Category.ToString() });
            case Exception e: return Pair(name, e.Message);
            case System.Security.SecureString e: return Pair(name, e.Length);
            case PSCredential e: return Pair(name, e.UserName);
            case System.Xml.XmlNode x: return Pair(name, x.OuterXml);
        }
        if (raw is IFormattable f2 && type.IsPrimitive) return Pair(name, f2.ToString(null, c));
        if (depth > 7) return Pair(name, "…");
        if (raw is IDictionary table)
        {
            var entries = new List<object[]>();
            foreach (DictionaryEntry one in table) entries.Add(new object[] { Of(one.Key, depth + 1), Of(one.Value, depth + 1) });
            if (!name.Contains("Ordered") && !name.Contains("SortedList")) entries = entries.OrderBy(x => JsonSerializer.Serialize(x[0]), StringComparer.Ordinal).ToList();
            return Pair(name, entries);
        }
        if (raw is IEnumerable many)
        {
            var items = new List<object>();
            int left = 2000;
            try { foreach (var one in many) { if (left-- == 0) break; items.Add(Of(one, depth + 1)); } } catch (Exception) { items.Add("!"); }
            return Pair(name.Contains("`") ? type.ToString() : name, items);
        }
        if (raw is PSCustomObject || wrapped != null && wrapped.TypeNames.Count > 0 && name.StartsWith("Microsoft.PowerShell.Commands") || raw is DictionaryEntry || name.StartsWith("System.Text.RegularExpressions"))
        {
            var properties = new List<object[]>();
            foreach (var p in (wrapped ?? PSObject.AsPSObject(raw)).Properties)
            {
                object got;
                try { got = Of(p.Value, depth + 1); } catch (Exception) { got = "!"; }
                properties.Add(new object[] { p.Name, got });
            }
            return new object[] { raw is PSCustomObject ? "PSCustomObject" : name, properties, wrapped?.TypeNames.FirstOrDefault() };
        }
        return Pair(name, raw.ToString());
    }
}

/// <summary>What a person would see of a cell beside its output, and what they answer where they are asked.</summary>
public sealed class Screen : PSHostUserInterface
{
    public readonly List<string> Warnings = new(), Verbose = new(), Debug = new();
    public readonly StringBuilder Text = new();

    public void Clear() { Warnings.Clear(); Verbose.Clear(); Debug.Clear(); Text.Clear(); }

    public override PSHostRawUserInterface RawUI { get; } = new Columns();
    public override void Write(string value) => Text.Append(value);
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) => Text.Append(value);
    public override void WriteLine(string value) => Text.Append(value).Append('\n');
    public override void WriteErrorLine(string value) { }
    public override void WriteDebugLine(string message) => Debug.Add(message);
    public override void WriteVerboseLine(string message) => Verbose.Add(message);
    public override void WriteWarningLine(string message) => Warnings.Add(message);
    public override void WriteProgress(long source, ProgressRecord record) { }
    public override string ReadLine() => "typed";
    public override System.Security.SecureString ReadLineAsSecureString() => new System.Net.NetworkCredential("", "typed").SecurePassword;
    public override Dictionary<string, PSObject> Prompt(string caption, string message, System.Collections.ObjectModel.Collection<FieldDescription> fields) =>
        caption != "" ? throw new NotImplementedException() :
        fields.ToDictionary(f => f.Name, f => PSObject.AsPSObject(f.ParameterTypeName == "SecureString" ? ReadLineAsSecureString() : "typed"));
    public override PSCredential PromptForCredential(string caption, string message, string user, string target) => throw new NotImplementedException();
    public override PSCredential PromptForCredential(string caption, string message, string user, string target, PSCredentialTypes types, PSCredentialUIOptions options) => throw new NotImplementedException();
    public override int PromptForChoice(string caption, string message, System.Collections.ObjectModel.Collection<ChoiceDescription> choices, int chosen) => throw new NotImplementedException();
}

/// <summary>A screen of 80 columns.</summary>
public sealed class Columns : PSHostRawUserInterface
{
    public override Size BufferSize { get; set; } = new(80, 50);
    public override Size WindowSize { get; set; } = new(80, 50);
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;
    public override Coordinates CursorPosition { get; set; }
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; } = 25;
    public override Size MaxWindowSize => new(80, 50);
    public override Size MaxPhysicalWindowSize => new(80, 50);
    public override string WindowTitle { get; set; } = "";
    public override bool KeyAvailable => false;
    public override void FlushInputBuffer() { }
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotImplementedException();
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotImplementedException();
    public override void ScrollBufferContents(Rectangle source, Coordinates to, Rectangle clip, BufferCell fill) { }
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }
}

/// <summary>The judge's host; it has the name that ours has.</summary>
public sealed class JudgeHost : PSHost
{
    public JudgeHost(Screen screen) { UI = screen; }
    public override PSHostUserInterface UI { get; }
    public override string Name => "lync_magic";
    public override Version Version { get; } = new(7, 6, 9);
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;
    public override void SetShouldExit(int code) { }
    public override void EnterNestedPrompt() => throw new NotImplementedException();
    public override void ExitNestedPrompt() => throw new NotImplementedException();
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
}
