/* hook.c - see hook.h */
#include "cutover/hook.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#define LOOK_MS 10
#define END_MS	500 /* between what asks it to end and what ends it */

extern char **environ;

static bool start(const char *command, pid_t *ret, struct cw_err *err)
{
	const char *argv[] = { "sh", "-c", command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int failed;

	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)sigemptyset(&none);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	failed =
		posix_spawn(ret, "/bin/sh", &files, &attr, (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	errno = failed;
	return !failed || cw_fail_errno(err, 4245, "start the hook: %.100s", command);
}

/* Its shell; it stays to be waited for, so that its number is nobody else's. */
static bool has_ended(pid_t pid)
{
	siginfo_t ended = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       ended.si_pid == pid;
}

static bool may_run_on(struct cw_runbook *rb, struct cw_err *err)
{
	if (atomic_load(rb->leave))
		return cw_runbook_left(err);
	if (rb->past_ponr)
		return true;
	if (atomic_load(rb->give_up))
		return cw_fail(err, CW_ERR_CANCELLED, 4211,
			       "given up by a person while the hook ran");
	if (cw_runbook_left_ms(rb) <= 0)
		return cw_fail(err, CW_ERR_LIMIT, 4210,
			       "the budget of %lld ms without writers was spent by the hook",
			       (long long)rb->budget_ms);
	return true;
}

static void end(pid_t pid)
{
	int64_t until = cw_clock_ms() + END_MS;

	(void)kill(-pid, SIGTERM);
	while (!has_ended(pid) && cw_clock_ms() < until)
		cw_sleep_ms(LOOK_MS);
	(void)kill(-pid, SIGKILL);
}

bool cw_hook_run(struct cw_runbook *rb, const char *command, struct cw_err *err)
{
	bool on = true;
	pid_t pid;
	int code;

	if (!command)
		return true;
	if (!start(command, &pid, err))
		return false;
	while (!has_ended(pid) && (on = may_run_on(rb, err)))
		cw_sleep_ms(LOOK_MS);
	if (!on)
		end(pid);
	if (waitpid(pid, &code, 0) != pid)
		return cw_fail_errno(err, 4245, "wait for the hook: %.100s", command);
	if (!on || code == 0)
		return on;
	if (WIFSIGNALED(code))
		return cw_fail(err, CW_ERR_CONFIG, 4245, "the hook was ended by signal %d: %.100s",
			       WTERMSIG(code), command);
	return cw_fail(err, CW_ERR_CONFIG, 4245, "the hook ended with exit code %d: %.100s",
		       WEXITSTATUS(code), command);
}
