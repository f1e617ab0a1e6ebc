/* fault.c - see fault.h */
#include "base/fault.h"

#ifdef CW_FAULTS
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACES_MAX 16

static pthread_mutex_t fault_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned passed[PLACES_MAX]; /* by position in CW_FAULT */

enum action { ACT_TELL, ACT_KILL, ACT_EXEC };

/* False if another process that shares the folder was here before. */
static bool is_first(const char *name)
{
	const char *folder = getenv("CW_FAULT_ONCE");
	char path[512];
	int fd;

	if (!folder)
		return true;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

static void run(const char *name)
{
	const char *command = getenv("CW_FAULT_EXEC");
	char line[1024];

	if (command && snprintf(line, sizeof(line), "%s %s", command, name) < (int)sizeof(line))
		(void)!system(line);
}

static void act(enum action action, const char *name)
{
	static const char *const told[] = { "", " kill", " exec" };

	(void)dprintf(STDERR_FILENO, "fault: %s%s\n", name, told[action]);
	if (action == ACT_KILL)
		(void)kill(getpid(), SIGKILL);
	if (action == ACT_EXEC)
		run(name);
}

/* @place: "name[:count][:kill|:exec]"; tells whether it is due now. */
static bool is_due(const char *place, size_t place_len, const char *name, unsigned *count)
{
	char copy[128], *save = NULL, *word;
	enum action action = ACT_TELL;
	unsigned wanted = 1;

	(void)snprintf(copy, sizeof(copy), "%.*s", (int)place_len, place);
	word = strtok_r(copy, ":", &save);
	if (!word || strcmp(word, name) != 0)
		return false;
	while ((word = strtok_r(NULL, ":", &save)) != NULL) {
		if (strcmp(word, "kill") == 0)
			action = ACT_KILL;
		else if (strcmp(word, "exec") == 0)
			action = ACT_EXEC;
		else
			wanted = (unsigned)strtoul(word, NULL, 10);
	}
	if (++*count != wanted || !is_first(name))
		return false;
	act(action, name);
	return action == ACT_TELL;
}

bool cw_fault_is_planted_here(const char *name)
{
	const char *place = getenv("CW_FAULT"), *when = getenv("CW_FAULT_WHEN");
	size_t len = strlen(name);

	if (!place || (when && access(when, F_OK) != 0))
		return false;
	while (*place && (strncmp(place, name, len) != 0 || !strchr(",:", place[len]))) {
		place += strcspn(place, ",");
		place += *place == ',';
	}
	return *place != '\0';
}

bool cw_fault_hit(const char *name)
{
	const char *place = getenv("CW_FAULT"), *when = getenv("CW_FAULT_WHEN");
	bool due = false;

	if (!place || (when && access(when, F_OK) != 0))
		return false;
	(void)pthread_mutex_lock(&fault_lock);
	for (unsigned i = 0; *place && i < PLACES_MAX; i++) {
		size_t len = strcspn(place, ",");

		due = is_due(place, len, name, &passed[i]) || due;
		place += len + (place[len] == ',');
	}
	(void)pthread_mutex_unlock(&fault_lock);
	return due;
}
#else
typedef int cw_fault_is_empty_here;
#endif
