package io.streamgauge.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line's entry. */
@Command(
        name = "streamgauge",
        description = "Real-time stream intelligence, on your own machine.",
        subcommands = {
            UpCommand.class,
            WatchCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            TrainCommand.class,
            TokenCommand.class,
            Main.VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done, also after a stop by Ctrl-C",
            "1:it did not work; one line on standard error says why",
            "2:the command line was wrong",
            "3:a port or the data folder is in use by another process",
            "130:interrupted: watch by Ctrl-C, up by a second one"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Main implements Runnable {

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    command.getErr().println("streamgauge: " + describe(failure));
                    return failure instanceof IOException
                                    || failure instanceof IllegalStateException
                            ? ExitCodes.FAILED
                            : ExitCodes.USAGE;
                });
        return commandLine;
    }

    /** The file system's exceptions leave it to their class to say what is wrong with the file. */
    private static String describe(Exception failure) {
        if (failure instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " is missing";
        }
        return String.valueOf(failure.getMessage());
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected: a command");
    }

    /** Prints the version, as {@code --version} does. */
    @Command(name = "version", description = "Print the version.")
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class VersionCommand implements Runnable {

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            spec.root().commandLine().printVersionHelp(spec.commandLine().getOut());
        }
    }

    /** Reads what the build has noted. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            Properties build = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("/streamgauge-build.properties")) {
                build.load(in);
            }
            return new String[] {
                "streamgauge " + build.getProperty("version"),
                "Java %s, %s %s"
                        .formatted(
                                Runtime.version(),
                                System.getProperty("os.name"),
                                System.getProperty("os.arch"))
            };
        }
    }
}
