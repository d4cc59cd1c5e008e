package io.streamgauge.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * As whom PostgreSQL runs. It refuses to run as root, and root is usual in containers; so root's
 * server runs, by the first of these that works here:
 *
 * <ol>
 *   <li>in a user namespace of its own, where root is an unknown user to itself, and files stay
 *       root's;
 *   <li>where user namespaces are forbidden (Docker's default), as the user {@code postgres} or
 *       {@code nobody}, who then owns the data folder and must be able to reach it.
 * </ol>
 *
 * @param prefix what comes before each command
 * @param owner the user, by name, to whom the data folder must belong; empty where that is this
 *     process's own
 */
record Account(List<String> prefix, Optional<String> owner) {

    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(10);

    Account {
        prefix = List.copyOf(prefix);
    }

    /**
     * Finds out how this process can run PostgreSQL.
     *
     * @throws IOException where it cannot; the message says what to do
     */
    static Account forThisProcess() throws IOException {
        if (new UnixSystem().getUid() != 0) {
            return new Account(List.of(), Optional.empty());
        }
        Account ownNamespace = new Account(List.of("unshare", "--user"), Optional.empty());
        if (ownNamespace.works()) {
            return ownNamespace;
        }
        for (String user : List.of("postgres", "nobody")) {
            Optional<Account> other = as(user);
            if (other.isPresent()) {
                return other.get();
            }
        }
        throw new IOException(
                "PostgreSQL does not run as root, and neither a user namespace (unshare) nor"
                        + " another user (setpriv, runuser) works here: run Streamgauge as a user"
                        + " other than root");
    }

    /** The command as this account runs it. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Whether the account can look up files in a folder. */
    boolean canEnter(Path folder) throws IOException {
        return owner.isEmpty() || succeeds(command(List.of("test", "-x", folder.toString())));
    }

    /** Gives a file or folder, with all that is in it, to the account where it is not its own. */
    void own(Path path) throws IOException {
        if (owner.isEmpty()) {
            return;
        }
        if (!Files.getOwner(path).getName().equals(owner.get())) {
            Command.run(List.of("chown", "-R", owner.get(), path.toString()), PROBE_PATIENCE)
                    .orThrow("the owner of " + path + " could not be changed");
        }
    }

    private static Optional<Account> as(String user) throws IOException {
        for (List<String> prefix :
                List.of(
                        List.of(
                                "setpriv",
                                "--reuid",
                                user,
                                "--regid",
                                groupOf(user),
                                "--clear-groups"),
                        List.of("runuser", "-u", user, "--"))) {
            Account account = new Account(prefix, Optional.of(user));
            if (account.works()) {
                return Optional.of(account);
            }
        }
        return Optional.empty();
    }

    private static String groupOf(String user) throws IOException {
        Command.Result result = run(List.of("id", "-g", user));
        return result.succeeded() ? result.output().strip() : user;
    }

    /** Whether commands run, and not as root. */
    private boolean works() throws IOException {
        Command.Result result = run(command(List.of("id", "-u")));
        return result.succeeded() && !result.output().strip().equals("0");
    }

    private static boolean succeeds(List<String> command) throws IOException {
        return run(command).succeeded();
    }

    private static Command.Result run(List<String> command) throws IOException {
        return Command.run(command, PROBE_PATIENCE);
    }
}
