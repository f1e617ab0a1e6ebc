/* fault.c - see fault.h */
#include "base/fault.h"

#ifdef CW_FAULTS
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACES_MAX 16

static pthread_mutex_t fault_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned passed[PLACES_MAX]; /* by position in CW_FAULT */

static void kill_here(const char *name)
{
	(void)dprintf(STDERR_FILENO, "fault: killed at %s\n", name);
	(void)kill(getpid(), SIGKILL);
}

/* @place: "name[:count][:kill]"; tells whether it is due now. */
static bool is_due(const char *place, size_t place_len, const char *name, unsigned *count)
{
	char copy[128], *save = NULL, *word;
	unsigned wanted = 1;
	bool kills = false;

	(void)snprintf(copy, sizeof(copy), "%.*s", (int)place_len, place);
	word = strtok_r(copy, ":", &save);
	if (!word || strcmp(word, name) != 0)
		return false;
	while ((word = strtok_r(NULL, ":", &save)) != NULL) {
		if (strcmp(word, "kill") == 0)
			kills = true;
		else
			wanted = (unsigned)strtoul(word, NULL, 10);
	}
	if (++*count != wanted)
		return false;
	if (kills)
		kill_here(name);
	(void)dprintf(STDERR_FILENO, "fault: %s\n", name);
	return true;
}

bool cw_fault_hit(const char *name)
{
	const char *place = getenv("CW_FAULT");
	bool due = false;

	(void)pthread_mutex_lock(&fault_lock);
	for (unsigned i = 0; place && *place && i < PLACES_MAX; i++) {
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
