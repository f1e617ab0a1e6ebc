/* child.c - see child.h */
#include "cutover/child.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/os.h"
#include "control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_FIRST_MS	200
#define PAUSE_MAX_MS	5000
#define PAUSE_PERSON_MS 10000
#define HEALTHY_MS	30000
#define ASK_ADOPTED_MS	1000
#define END_MS		1000 /* of one that was killed */

extern char **environ;

bool cw_child_init(struct cw_child *child, const char *name, const char *dir, struct cw_err *err)
{
	*child = (struct cw_child){ .name = name, .dir = dir, .pause_ms = PAUSE_FIRST_MS };
	if (snprintf(child->socket, sizeof(child->socket), "%s/%s.sock", dir, name) >=
	    (int)sizeof(child->socket))
		return cw_fail(err, CW_ERR_CONFIG, 4250, "%s: the path is too long", dir);
	return true;
}

static bool answers(const struct cw_child *child)
{
	struct cw_err err;
	json_t *reply;
	bool ok = cw_control_ask(child->socket, "status", 2000, &reply, &err);

	json_decref(reply);
	return ok || (err.code != 4102 && err.code != 4103);
}

void cw_child_want(struct cw_child *child)
{
	child->wanted = true;
}

static bool spawn(struct cw_child *child, bool watch, struct cw_err *err)
{
	const char *argv[] = {
		"causeway", "task", child->name, child->dir, watch ? "--watch" : NULL, NULL
	};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char log[4096];
	sigset_t none;
	int failed;

	if (snprintf(log, sizeof(log), "%s/log", child->dir) >= (int)sizeof(log) - 20)
		return cw_fail(err, CW_ERR_CONFIG, 4250, "%s: the path is too long", child->dir);
	(void)mkdir(log, 0700);
	(void)snprintf(log + strlen(log), 20, "/%s.log", child->name);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	(void)posix_spawn_file_actions_adddup2(&files, 1, 2);
	/* Its own session: a Ctrl-C at the conductor's terminal is not for the tasks. */
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	(void)sigemptyset(&none);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	failed = posix_spawn(&child->pid, "/proc/self/exe", &files, &attr,
			     (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	if (failed) {
		child->pid = 0;
		errno = failed;
		return cw_fail_errno(err, 4250, "start the %s task", child->name);
	}
	child->started_ms = cw_clock_ms();
	child->starts++;
	return true;
}

static void ended(struct cw_child *child)
{
	int64_t now = cw_clock_ms();

	if (now - child->started_ms > HEALTHY_MS)
		child->pause_ms = PAUSE_FIRST_MS;
	child->again_ms = now + (child->exit_code == 2 ? PAUSE_PERSON_MS : child->pause_ms);
	child->pause_ms = child->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : child->pause_ms * 2;
	child->pid = 0;
	child->adopted = false;
}

static bool has_ended(struct cw_child *child)
{
	int status;

	if (child->pid > 0) {
		if (waitpid(child->pid, &status, WNOHANG) != child->pid)
			return false;
		child->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
		return true;
	}
	if (cw_clock_ms() < child->asked_ms + ASK_ADOPTED_MS)
		return false;
	child->asked_ms = cw_clock_ms();
	return !answers(child);
}

enum cw_child_news cw_child_tend(struct cw_child *child, bool watch, struct cw_err *err)
{
	if (!child->wanted)
		return CW_CHILD_SAME;
	if (cw_child_runs(child)) {
		if (!has_ended(child))
			return CW_CHILD_SAME;
		ended(child);
		return CW_CHILD_ENDED;
	}
	if (cw_clock_ms() < child->again_ms)
		return CW_CHILD_SAME;
	if (child->starts == 0 && answers(child)) {
		child->adopted = true;
		child->starts = 1;
		child->started_ms = cw_clock_ms();
		return CW_CHILD_ADOPTED;
	}
	if (spawn(child, watch, err))
		return CW_CHILD_STARTED;
	child->exit_code = 1;
	ended(child);
	return CW_CHILD_ENDED;
}

/* Not our child: waitpid() does not know it. */
static void stop_adopted(struct cw_child *child, int wait_ms)
{
	pid_t pid = cw_control_listener(child->socket); /* as long as it listens */
	CW_CLEANUP(cw_close_fd) int process = pid > 0 ? pidfd_open(pid, 0) : -1;
	struct cw_err err;
	json_t *reply;

	child->adopted = false;
	(void)!cw_control_ask(child->socket, "stop", wait_ms, &reply, &err);
	json_decref(reply);
	if (process < 0 || cw_io_wait(process, POLLIN, -1, wait_ms, &err))
		return;
	(void)pidfd_send_signal(process, SIGKILL, NULL, 0);
	(void)!cw_io_wait(process, POLLIN, -1, END_MS, &err);
}

void cw_child_stop(struct cw_child *child, int wait_ms)
{
	int64_t until = cw_clock_ms() + wait_ms;
	struct cw_err err;
	json_t *reply;
	bool asked;

	child->wanted = false;
	if (!cw_child_runs(child))
		return;
	if (child->adopted) {
		stop_adopted(child, wait_ms);
		return;
	}
	asked = cw_control_ask(child->socket, "stop", wait_ms, &reply, &err);
	json_decref(reply);
	if (!asked)
		(void)kill(child->pid, SIGTERM);
	while (waitpid(child->pid, NULL, WNOHANG) == 0) {
		if (cw_clock_ms() > until)
			(void)kill(child->pid, SIGKILL);
		cw_sleep_ms(10);
	}
	child->pid = 0;
}
