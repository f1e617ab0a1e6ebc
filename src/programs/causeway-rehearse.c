/* causeway-rehearse - a server that real Oracle drivers accept, over a private PostgreSQL */
#include "rehearsal/account.h"
#include "rehearsal/cluster.h"
#include "rehearsal/db_text.h"
#include "rehearsal/knob.h"
#include "rehearsal/net.h"
#include "rehearsal/profile.h"
#include "rehearsal/redo_habit.h"
#include "rehearsal/serve.h"
#include "rehearsal/writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Exit codes that a script can tell apart; in the help text too. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_RUNNING = 3,
};

static const char help_text[] =
	"causeway-rehearse - a rehearsal Oracle over a private PostgreSQL\n"
	"\n"
	"  causeway-rehearse init DIR --port P --service NAME --system-password-file F [options]\n"
	"      make DIR and the database in it; F holds the password of SYS and SYSTEM\n"
	"      --profile NAME           what wire, grammar and dictionary show: 11.2, 12.1, 12.2,\n"
	"                               18c, 19c, 21c or 23ai (19c)\n"
	"      --charset NAME           of the database: AL32UTF8, WE8MSWIN1252, WE8ISO8859P1,\n"
	"                               WE8ISO8859P15 or US7ASCII (AL32UTF8)\n"
	"      --retention SECONDS      how far back AS OF reaches (900)\n"
	"      --registration static|dynamic\n"
	"                               dynamic: the listener refuses a restricted instance, ORA-12526\n"
	"      --tcps-port P --certificate FILE --key FILE\n"
	"                               listen for TCPS, too, with this certificate (PEM)\n"
	"      --client-authority FILE  over TCPS let in only clients whose certificate it signed\n"
	"      --sdu BYTES              largest packet to agree on (8192)\n"
	"      --processes N            connections at a time, 1 to 190; more are ORA-12519 (190)\n"
	"      --listen ADDRESS         IPv4 address of the listener (127.0.0.1); one that others can\n"
	"                               reach wants --beyond-loopback of serve, too\n"
	"      --archive-retention SECONDS\n"
	"                               archived logs are deleted after (3600)\n"
	"      --threads 1|2            redo threads: 2 is a cluster of two instances (1)\n"
	"      --extended-strings       MAX_STRING_SIZE is EXTENDED: VARCHAR2 and RAW to 32767 bytes\n"
	"      --no-habit NAME          begin with that habit of redo switched off; all: every one\n"
	"      --noarchivelog           LOG_MODE is NOARCHIVELOG\n"
	"      --no-fsync               faster, and lost if the machine stops\n"
	"  causeway-rehearse serve DIR [--beyond-loopback]\n"
	"      run in the foreground; prints `ready port=P service=NAME` once drivers may connect\n"
	"  causeway-rehearse stop DIR\n"
	"      end the process that serves DIR and wait for it\n"
	"  causeway-rehearse listener stop|start DIR\n"
	"      let nobody new in, or again; sessions that are in stay\n"
	"  causeway-rehearse habit DIR [NAME|all on|off]\n"
	"      the habits of redo and LogMiner that break capture tools, or switch one\n"
	"  causeway-rehearse fault DIR NAME[=NUMBER] [--user U]\n"
	"      order a trouble, in force at once; of user U's sessions alone where it says so\n"
	"      drop=N       the N-th message from now on is not answered, its connection ends (U)\n"
	"      kill=N       the N-th message from now on is answered with ORA-00028 (U)\n"
	"      delay=MS     every answer waits so long (U)\n"
	"      drip=MS      every answer leaves byte by byte, so long apart (U)\n"
	"      refuse=NNNNN the listener answers everybody with this ORA- number (12528)\n"
	"      archiver     who logs in gets ORA-00257, SYSDBA excepted (U)\n"
	"      snapshot=N   the next N reads AS OF are ORA-01555\n"
	"      gap=N        the next N logs are neither archived nor kept\n"
	"      lose=N       the next N archived logs are listed, their files are gone\n"
	"      minute=MS    a minute of profiles' IDLE_TIME and CONNECT_TIME lasts so long (U)\n"
	"  causeway-rehearse fault DIR off [NAME]\n"
	"      no more of it, or of any\n"
	"  causeway-rehearse fault DIR\n"
	"      what was ordered last; those that count are not counted down here\n"
	"  causeway-rehearse resetlogs DIR\n"
	"      the next serve opens DIR with RESETLOGS: a new incarnation, sequences from 1\n"
	"  causeway-rehearse writer DIR KIND USER SQL [--every MS]\n"
	"      a hidden writer: it gets in as its kind does, runs SQL and commits, every MS (500),\n"
	"      and comes back as its kind does when it is ended; `writer` alone lists the kinds\n"
	"  causeway-rehearse writer DIR [off]\n"
	"      who writes, without those that went for good; or nobody any more\n"
	"  causeway-rehearse fill DIR --user U --password-file F [options]\n"
	"      typed random rows for the tables of a schema and a typed random workload, by seed,\n"
	"      through python-oracledb, while DIR is served; fill DIR --help lists the options\n"
	"  causeway-rehearse help | --version\n"
	"\n"
	"Exit: 0 done, 1 failed (the reason is on stderr), 2 usage, 3 not running.\n";

static int usage(const char *reason)
{
	(void)fprintf(stderr, "causeway-rehearse: %s; see causeway-rehearse help\n", reason);
	return EXIT_USAGE;
}

static int failed(const struct cw_err *err)
{
	(void)fprintf(stderr, "causeway-rehearse: %s [CW%04u]\n", err->text, err->code);
	return EXIT_FAILED;
}

/* ---- init -------------------------------------------------------------------------- */

static bool read_password(const char *path, char *ret, size_t room, struct cw_err *err)
{
	FILE *file = fopen(path, "re");
	bool got;

	if (!file)
		return cw_fail_errno(err, 9002, "reading the password from %s", path);
	got = fgets(ret, (int)room, file) != NULL;
	(void)fclose(file);
	if (got)
		ret[strcspn(ret, "\r\n")] = '\0';
	if (!got || !*ret)
		return cw_fail(err, CW_ERR_CONFIG, 9002, "%s holds no password", path);
	return true;
}

static bool set_passwords(struct rh_server *server, const char *password, struct cw_err *err)
{
	return rh_account_set_password(server, "SYS", password, err) &&
	       rh_account_set_password(server, "SYSTEM", password, err);
}

static bool make_all(struct rh_config *config, const char *folder, const char *password,
		     struct cw_err *err)
{
	struct rh_server *server = NULL;
	char resolved[4096];
	bool done;

	if (!rh_cluster_folder(folder, 0755, err))
		return false;
	if (!realpath(folder, resolved) || strlen(resolved) >= sizeof(config->folder))
		return cw_fail(err, CW_ERR_CONFIG, 9001, "%s cannot be used: its path is too long",
			       folder);
	memcpy(config->folder, resolved, strlen(resolved) + 1);
	if (!rh_server_new(config, &server, err))
		return false;
	done = rh_cluster_init(server, err) && rh_serve_cluster(server, err) &&
	       set_passwords(server, password, err) && rh_config_write(config, err);
	rh_cluster_stop(server);
	rh_server_close(server);
	return done;
}

struct init_options {
	struct rh_config config;
	const char *folder, *password_file;
	const char *no_habit[RH_HABIT_COUNT];
	unsigned no_habit_count;
	const char *wrong; /* what could not be understood */
};

static void take_number(struct init_options *to, const char *what, const char *text,
			unsigned long max, unsigned long *ret)
{
	char *end = NULL;

	errno = 0;
	*ret = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end || *ret == 0 || *ret > max)
		to->wrong = what;
}

static void take_path(struct init_options *to, char ret[512])
{
	char resolved[4096];

	if (!realpath(optarg, resolved) || strlen(resolved) >= 512)
		to->wrong = "a file of certificates is not there";
	else
		memcpy(ret, resolved, strlen(resolved) + 1);
}

/* false: it is none of TCPS. */
static bool take_net_option(struct init_options *to, int option)
{
	unsigned long number = 0;

	if (option == 't') {
		take_number(to, "--tcps-port wants 1 to 65535", optarg, 65535, &number);
		to->config.tls_port = (uint16_t)number;
	} else if (option == 'u') {
		take_number(to, "--sdu wants 512 to 2097152", optarg, 2097152, &number);
		to->config.sdu = (uint32_t)number;
		if (number < 512)
			to->wrong = "--sdu wants 512 to 2097152";
	} else if (option == 'm') {
		take_number(to, "--processes wants 1 to 190", optarg, RH_NET_SESSIONS_MAX, &number);
		to->config.processes = (uint32_t)number;
	} else if (option == 'i') {
		struct in_addr address;

		if (inet_pton(AF_INET, optarg, &address) != 1)
			to->wrong = "--listen wants an IPv4 address";
		else
			(void)snprintf(to->config.listen, sizeof(to->config.listen), "%s", optarg);
	} else if (option == 'c') {
		take_path(to, to->config.certificate);
	} else if (option == 'k') {
		take_path(to, to->config.key);
	} else if (option == 'l') {
		take_path(to, to->config.client_authority);
	} else {
		return false;
	}
	return true;
}

/* false: it is none of the redo. */
static bool take_redo_option(struct init_options *to, int option)
{
	unsigned long number = 0;

	if (option == 'r') {
		take_number(to, "--retention wants seconds", optarg, 1000000, &number);
		to->config.retention_s = (int)number;
	} else if (option == 'd') {
		take_number(to, "--archive-retention wants seconds", optarg, 10000000, &number);
		to->config.archive_s = (int)number;
	} else if (option == 'e') {
		take_number(to, "--threads is 1 or 2", optarg, 2, &number);
		to->config.threads = (int)number;
	} else if (option == 'h') {
		if (to->no_habit_count == RH_HABIT_COUNT ||
		    (strcmp(optarg, "all") != 0 && rh_habit_find(optarg) == RH_HABIT_COUNT))
			to->wrong = "--no-habit: there is no habit of that name";
		else
			to->no_habit[to->no_habit_count++] = optarg;
	} else {
		return false;
	}
	return true;
}

/* false: it is none of what the database looks like. */
static bool take_look_option(struct init_options *to, int option)
{
	if (option == 'o') {
		if (!rh_profile_find(optarg))
			to->wrong = "--profile: there is none of that name";
		(void)snprintf(to->config.profile, sizeof(to->config.profile), "%s", optarg);
	} else if (option == 'x') {
		if (!rh_charset_find(optarg))
			to->wrong = "--charset: there is none of that name";
		(void)snprintf(to->config.charset, sizeof(to->config.charset), "%s", optarg);
	} else if (option == 'w') {
		to->config.extended_strings = true;
	} else {
		return false;
	}
	return true;
}

static void take_option(struct init_options *to, int option)
{
	unsigned long number = 0;

	if (take_net_option(to, option) || take_redo_option(to, option) ||
	    take_look_option(to, option))
		return;
	if (option == 'p') {
		take_number(to, "--port wants 1 to 65535", optarg, 65535, &number);
		to->config.port = (uint16_t)number;
	} else if (option == 's') {
		if (strlen(optarg) >= sizeof(to->config.service) || strpbrk(optarg, "\n\r\t ()="))
			to->wrong = "that is no service name";
		(void)snprintf(to->config.service, sizeof(to->config.service), "%s", optarg);
	} else if (option == 'f') {
		to->password_file = optarg;
	} else if (option == 'g') {
		to->config.dynamic_registration = strcmp(optarg, "dynamic") == 0;
		if (!to->config.dynamic_registration && strcmp(optarg, "static") != 0)
			to->wrong = "--registration is static or dynamic";
	} else if (option == 'a') {
		to->config.archivelog = false;
	} else if (option == 'n') {
		to->config.fsync = false;
	} else {
		to->wrong = "an option of init is unknown or lacks its value";
	}
}

static bool switch_off(const struct init_options *options, struct cw_err *err)
{
	char dir[700];

	(void)snprintf(dir, sizeof(dir), "%s/redo", options->config.folder);
	for (unsigned i = 0; i < options->no_habit_count; i++)
		if (!rh_habit_switch(dir, options->no_habit[i], false, err))
			return false;
	return true;
}

static int cmd_init(int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "service", required_argument, NULL, 's' },
		{ "system-password-file", required_argument, NULL, 'f' },
		{ "profile", required_argument, NULL, 'o' },
		{ "charset", required_argument, NULL, 'x' },
		{ "retention", required_argument, NULL, 'r' },
		{ "archive-retention", required_argument, NULL, 'd' },
		{ "threads", required_argument, NULL, 'e' },
		{ "extended-strings", no_argument, NULL, 'w' },
		{ "no-habit", required_argument, NULL, 'h' },
		{ "registration", required_argument, NULL, 'g' },
		{ "tcps-port", required_argument, NULL, 't' },
		{ "certificate", required_argument, NULL, 'c' },
		{ "key", required_argument, NULL, 'k' },
		{ "client-authority", required_argument, NULL, 'l' },
		{ "sdu", required_argument, NULL, 'u' },
		{ "processes", required_argument, NULL, 'm' },
		{ "listen", required_argument, NULL, 'i' },
		{ "noarchivelog", no_argument, NULL, 'a' },
		{ "no-fsync", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	struct init_options to = { .config = { .profile = "19c",
					       .retention_s = 900,
					       .archivelog = true,
					       .fsync = true } };
	char password[256];
	struct cw_err err;
	int option;
	bool done;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&to, option);
	if (to.wrong)
		return usage(to.wrong);
	if (optind + 1 != argc)
		return usage("init wants one folder");
	if (!to.config.port || !to.config.service[0] || !to.password_file)
		return usage("init wants --port, --service and --system-password-file");
	if (to.config.tls_port && (!to.config.certificate[0] || !to.config.key[0]))
		return usage("--tcps-port wants --certificate and --key");
	to.config.dbid = 1000000000U + (uint64_t)(cw_wall_us() % 3000000000LL);
	if (!read_password(to.password_file, password, sizeof(password), &err))
		return failed(&err);
	done = make_all(&to.config, argv[optind], password, &err) && switch_off(&to, &err);
	OPENSSL_cleanse(password, sizeof(password));
	return done ? EXIT_DONE : failed(&err);
}

/* ---- serve -------------------------------------------------------------------------- */

static bool take_lock(const struct rh_server *server, int *ret, struct cw_err *err)
{
	char path[700], text[32];
	int len;

	(void)snprintf(path, sizeof(path), "%s/serve.pid", server->config.folder);
	*ret = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (*ret < 0)
		return cw_fail_errno(err, 9010, "opening %s", path);
	if (flock(*ret, LOCK_EX | LOCK_NB) != 0)
		return cw_fail(err, CW_ERR_CONFIG, 9010, "%s is served by another process already",
			       server->config.folder);
	len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(*ret, 0) != 0 || pwrite(*ret, text, (size_t)len, 0) != len)
		return cw_fail_errno(err, 9010, "writing %s", path);
	return true;
}

static int serve(struct rh_server *server)
{
	CW_CLEANUP(cw_close_fd) int lock = -1;
	struct cw_err err = { 0 };

	if (!take_lock(server, &lock, &err) || !rh_serve_start(server, &err)) {
		rh_serve_stop(server);
		return failed(&err);
	}
	(void)printf("ready port=%u service=%s\n", server->config.port, server->config.service);
	(void)fflush(stdout);
	if (rh_serve_wait(server, &err)) {
		rh_serve_stop(server);
		return EXIT_DONE;
	}
	rh_serve_stop(server);
	return failed(&err);
}

static int cmd_serve(int argc, char **argv)
{
	struct rh_server *server = NULL;
	struct cw_err err;
	sigset_t mine;
	bool beyond = argc == 3 && strcmp(argv[2], "--beyond-loopback") == 0;
	int code;

	if (argc != 2 && !beyond)
		return usage("serve wants one folder");
	if (!rh_server_open(argv[1], &server, &err))
		return failed(&err);
	server->beyond_loopback = beyond;
	cw_log_set_name("rehearsal");
	/* before any thread: they are taken by rh_serve_wait() alone */
	(void)sigemptyset(&mine);
	(void)sigaddset(&mine, SIGTERM);
	(void)sigaddset(&mine, SIGINT);
	(void)sigaddset(&mine, SIGHUP);
	(void)sigaddset(&mine, SIGUSR1);
	(void)sigaddset(&mine, SIGUSR2);
	(void)pthread_sigmask(SIG_BLOCK, &mine, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	code = serve(server);
	rh_server_close(server);
	return code;
}

/* ---- stop, listener -------------------------------------------------------------------- */

/* The process that holds the lock of DIR/serve.pid; 0: nobody. */
static pid_t server_of(const char *folder, int *ret_fd)
{
	char path[4200], text[32] = "";

	(void)snprintf(path, sizeof(path), "%s/serve.pid", folder);
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*ret_fd < 0 || flock(*ret_fd, LOCK_SH | LOCK_NB) == 0)
		return 0;
	if (read(*ret_fd, text, sizeof(text) - 1) <= 0)
		return 0;
	return (pid_t)strtol(text, NULL, 10);
}

static int signal_server(const char *folder, int number, int *ret_fd)
{
	pid_t pid = server_of(folder, ret_fd);

	if (pid <= 1 || kill(pid, number) != 0) {
		(void)fprintf(stderr, "causeway-rehearse: nothing serves %s\n", folder);
		return EXIT_NOT_RUNNING;
	}
	return EXIT_DONE;
}

static int cmd_stop(int argc, char **argv)
{
	CW_CLEANUP(cw_close_fd) int fd = -1;
	int code;

	if (argc != 2)
		return usage("stop wants one folder");
	code = signal_server(argv[1], SIGTERM, &fd);
	if (code == EXIT_DONE)
		(void)flock(fd, LOCK_SH); /* it is let go when the process ends */
	return code;
}

static int cmd_listener(int argc, char **argv)
{
	CW_CLEANUP(cw_close_fd) int fd = -1;

	if (argc != 3)
		return usage("listener wants stop or start, and a folder");
	if (strcmp(argv[1], "stop") == 0)
		return signal_server(argv[2], SIGUSR1, &fd);
	if (strcmp(argv[1], "start") == 0)
		return signal_server(argv[2], SIGUSR2, &fd);
	return usage("listener wants stop or start");
}

/* ---- habit ----------------------------------------------------------------------------- */

static void print_habits(const char *dir)
{
	struct rh_habits habits = { 0 };

	for (unsigned i = 0; i < RH_HABIT_COUNT; i++)
		(void)printf("%-18s %-4s%s\n", rh_habit_about[i].name,
			     rh_habit(&habits, dir, (enum rh_habit)i) ? "on" : "off",
			     rh_habit_about[i].what);
}

static int cmd_habit(int argc, char **argv)
{
	struct cw_err err;
	char dir[4200];
	bool on;

	if (argc != 2 && argc != 4)
		return usage("habit wants a folder, or a folder, a name and on or off");
	(void)snprintf(dir, sizeof(dir), "%s/redo", argv[1]);
	if (access(dir, X_OK) != 0) {
		(void)cw_fail_errno(&err, 9001, "%s is not the folder of a rehearsal", argv[1]);
		return failed(&err);
	}
	if (argc == 2) {
		print_habits(dir);
		return EXIT_DONE;
	}
	on = strcmp(argv[3], "on") == 0;
	if (!on && strcmp(argv[3], "off") != 0)
		return usage("a habit is switched on or off");
	return rh_habit_switch(dir, argv[2], on, &err) ? EXIT_DONE : failed(&err);
}

/* ---- fault --------------------------------------------------------------------------- */

static int cmd_fault(int argc, char **argv)
{
	const char *user = "";
	struct cw_err err = { 0 };
	bool done;

	if (argc == 5 && strcmp(argv[3], "--user") == 0) {
		user = argv[4];
		argc -= 2;
		if (strlen(user) >= RH_NAME_BYTES || strpbrk(user, " \t\n"))
			return usage("that is no user's name");
	}
	if (argc == 2)
		done = rh_knob_list(argv[1], stdout, &err);
	else if ((argc == 3 || argc == 4) && strcmp(argv[2], "off") == 0)
		done = rh_knob_off(argv[1], argc == 4 ? argv[3] : NULL, &err);
	else if (argc == 3)
		done = rh_knob_order(argv[1], argv[2], user, &err);
	else
		return usage("fault wants a folder, and what to order");
	return done ? EXIT_DONE : failed(&err);
}

/* As behind an incomplete recovery; the database is closed while it is asked for. */
static int cmd_resetlogs(int argc, char **argv)
{
	CW_CLEANUP(cw_close_fd) int lock = -1;
	CW_CLEANUP(cw_close_fd) int fd = -1;
	struct cw_err err;
	char path[4200];

	if (argc != 2)
		return usage("resetlogs wants one folder");
	if (server_of(argv[1], &lock) != 0)
		return usage("resetlogs wants a folder that nobody serves");
	(void)snprintf(path, sizeof(path), "%s/redo/resetlogs", argv[1]);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		return EXIT_DONE;
	(void)cw_fail_errno(&err, 9001, "%s is not the folder of a rehearsal: %s", argv[1], path);
	return failed(&err);
}

/* ---- writer -------------------------------------------------------------------------- */

static int cmd_writer(int argc, char **argv)
{
	unsigned every_ms = 500;
	struct cw_err err = { 0 };
	bool done;

	if (argc == 7 && strcmp(argv[5], "--every") == 0) {
		every_ms = (unsigned)strtoul(argv[6], NULL, 10);
		argc -= 2;
		if (every_ms == 0 || every_ms > 3600000)
			return usage("--every wants 1 to 3600000 milliseconds");
	}
	if (argc == 1) {
		rh_writer_kinds(stdout);
		return EXIT_DONE;
	}
	if (argc == 2)
		done = rh_writer_list(argv[1], stdout, &err);
	else if (argc == 3 && strcmp(argv[2], "off") == 0)
		done = rh_writer_off(argv[1], &err);
	else if (argc == 5)
		done = rh_writer_order(argv[1], argv[2], argv[3], every_ms, argv[4], &err);
	else
		return usage("writer wants a folder, a kind, a user and a statement");
	return done ? EXIT_DONE : failed(&err);
}

/* ---- fill ---------------------------------------------------------------------------- */

/* Beside the program in the build tree, or in the library folder of an installed copy. */
static bool find_filler(char ret[4400], struct cw_err *err)
{
	static const char *const places[] = { "rehearse_fill.py",
					      "../lib/causeway/rehearse_fill.py" };
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return cw_fail_errno(err, 9013, "finding this program");
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < CW_ARRAY_LEN(places); i++) {
		(void)snprintf(ret, 4400, "%s/%s", self, places[i]);
		if (access(ret, R_OK) == 0)
			return true;
	}
	return cw_fail(err, CW_ERR_CONFIG, 9013, "rehearse_fill.py is not installed beside %s",
		       self);
}

static void put_dsn(const struct rh_config *config, char *ret, size_t room)
{
	bool any = !config->listen[0] || strcmp(config->listen, "0.0.0.0") == 0;

	(void)snprintf(ret, room, "%s:%u/%s", any ? "127.0.0.1" : config->listen,
		       (unsigned)config->port, config->service);
}

/* The filler is a program of its own: this process becomes it. */
static int cmd_fill(int argc, char **argv)
{
	char script[4400], dsn[192];
	const char *words[64] = { "/usr/bin/python3", script, "--dsn", dsn };
	struct rh_server *server = NULL;
	struct cw_err err;
	size_t count = 4;

	if (argc < 2 || (size_t)argc + count > CW_ARRAY_LEN(words))
		return usage("fill wants a folder, and options");
	if (!find_filler(script, &err) || !rh_server_open(argv[1], &server, &err))
		return failed(&err);
	put_dsn(&server->config, dsn, sizeof(dsn));
	rh_server_close(server);
	for (int i = 2; i < argc; i++)
		words[count++] = argv[i];
	(void)execv(words[0], (char *const *)(uintptr_t)words);
	(void)cw_fail_errno(&err, 9013, "running %s", words[0]);
	return failed(&err);
}

static int cmd_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)fputs(help_text, stdout);
	return EXIT_DONE;
}

static int cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)printf("causeway-rehearse %s\n", CW_VERSION);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = {
		{ "init", cmd_init },		{ "serve", cmd_serve },
		{ "stop", cmd_stop },		{ "listener", cmd_listener },
		{ "habit", cmd_habit },		{ "fault", cmd_fault },
		{ "resetlogs", cmd_resetlogs }, { "writer", cmd_writer },
		{ "fill", cmd_fill },		{ "help", cmd_help },
		{ "--help", cmd_help },		{ "version", cmd_version },
		{ "--version", cmd_version },
	};

	(void)signal(SIGCHLD, SIG_DFL); /* who starts us may ignore it, and we would not learn how children end */
	if (argc < 2)
		return usage("no command given");
	for (size_t i = 0; i < CW_ARRAY_LEN(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return usage("that command is not known");
}
