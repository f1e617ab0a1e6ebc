/* knob.c - see knob.h */
#include "rehearsal/knob.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_BYTES 132 /* 128 bytes, the longest name of Oracle, and a NUL */

enum counting { AS_LONG_AS_IT_STANDS, AT_THE_NTH, THE_NEXT_N };

static const struct {
	const char *name;
	enum counting counting;
	uint64_t number, max; /* number: when none is given; max 0: it takes none */
} kinds[RH_KNOBS] = {
	[RH_KNOB_DROP] = { "drop", AT_THE_NTH, 1, UINT32_MAX },
	[RH_KNOB_KILL] = { "kill", AT_THE_NTH, 1, UINT32_MAX },
	[RH_KNOB_DELAY] = { "delay", AS_LONG_AS_IT_STANDS, 100, 3600000 },
	[RH_KNOB_DRIP] = { "drip", AS_LONG_AS_IT_STANDS, 1, 60000 },
	[RH_KNOB_REFUSE] = { "refuse", AS_LONG_AS_IT_STANDS, 12528, 99999 },
	[RH_KNOB_ARCHIVER] = { "archiver", AS_LONG_AS_IT_STANDS, 257, 0 },
	[RH_KNOB_SNAPSHOT] = { "snapshot", THE_NEXT_N, 1, UINT32_MAX },
	[RH_KNOB_GAP] = { "gap", THE_NEXT_N, 1, 1000 },
	[RH_KNOB_LOSE] = { "lose", THE_NEXT_N, 1, 1000 },
	[RH_KNOB_MINUTE] = { "minute", AS_LONG_AS_IT_STANDS, 1000, 3600000 },
};

struct order {
	bool stands;
	uint64_t number;
	int64_t given_us;      /* when it was ordered: another order, another time */
	char user[USER_BYTES]; /* "": everybody */
};

struct rh_knobs {
	char folder[512];
	pthread_mutex_t lock;
	struct timespec at;	      /* of the file that @order was read from, under lock */
	ino_t inode;		      /* 0: there was none */
	struct order order[RH_KNOBS]; /* under lock */
};

static void path_of(const char *folder, const char *what, char ret[560])
{
	(void)snprintf(ret, 560, "%s/%s", folder, what);
}

/* ---- the file -------------------------------------------------------------------------- */

static bool find_kind(const char *name, size_t len, enum rh_knob *ret)
{
	for (size_t i = 0; i < RH_KNOBS; i++) {
		*ret = (enum rh_knob)i;
		if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, name, len) == 0)
			return true;
	}
	return false;
}

/* No file: nothing is ordered. */
static bool read_orders(const char *path, struct order ret[RH_KNOBS], struct cw_err *err)
{
	FILE *file = fopen(path, "re");
	char line[256];

	memset(ret, 0, RH_KNOBS * sizeof(*ret));
	if (!file)
		return errno == ENOENT || cw_fail_errno(err, 9015, "reading %s", path);
	while (fgets(line, sizeof(line), file)) {
		char name[32], user[USER_BYTES] = "";
		unsigned long long number;
		long long given_us;
		enum rh_knob which;

		if (sscanf(line, "%31s %llu %lld %131s", name, &number, &given_us, user) < 3 ||
		    !find_kind(name, strlen(name), &which)) {
			(void)fclose(file);
			return cw_fail(err, CW_ERR_DATA, 9015,
				       "%s holds a line that no fault has: %.*s", path,
				       (int)strcspn(line, "\n"), line);
		}
		ret[which] =
			(struct order){ .stands = true, .number = number, .given_us = given_us };
		(void)snprintf(ret[which].user, sizeof(ret[which].user), "%s", user);
	}
	(void)fclose(file);
	return true;
}

static bool write_orders(const char *folder, const struct order order[RH_KNOBS], struct cw_err *err)
{
	char path[560], fresh[560];
	FILE *file;
	bool ok = true;

	path_of(folder, "faults", path);
	path_of(folder, "faults.new", fresh);
	file = fopen(fresh, "we");
	if (!file)
		return cw_fail_errno(err, 9015, "writing %s", fresh);
	for (size_t i = 0; i < RH_KNOBS; i++)
		if (order[i].stands)
			ok = fprintf(file, "%s %llu %lld %s\n", kinds[i].name,
				     (unsigned long long)order[i].number,
				     (long long)order[i].given_us, order[i].user) > 0 &&
			     ok;
	ok = fclose(file) == 0 && ok;
	return (ok && rename(fresh, path) == 0) || cw_fail_errno(err, 9015, "writing %s", path);
}

/* One at a time changes the file. */
int rh_knob_lock(const char *folder, struct cw_err *err)
{
	char path[560];
	int fd;

	path_of(folder, "rehearsal.conf", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		(void)cw_fail_errno(err, 9015, "%s is no rehearsal: opening %s", folder, path);
		cw_close_fd(&fd);
	}
	return fd;
}

/* ---- what the command does ---------------------------------------------------------------- */

static bool parse_order(const char *text, enum rh_knob *ret, uint64_t *ret_number,
			struct cw_err *err)
{
	size_t len = strcspn(text, "=");
	const char *number = text[len] == '=' ? text + len + 1 : NULL;
	char *end = NULL;

	if (!find_kind(text, len, ret))
		return cw_fail(err, CW_ERR_CONFIG, 9015, "there is no fault called %.*s", (int)len,
			       text);
	*ret_number = kinds[*ret].number;
	if (!number)
		return true;
	errno = 0;
	*ret_number = strtoull(number, &end, 10);
	if (kinds[*ret].max == 0)
		return cw_fail(err, CW_ERR_CONFIG, 9015, "%s takes no number", kinds[*ret].name);
	if (errno != 0 || !isdigit((unsigned char)*number) || *end || *ret_number == 0 ||
	    *ret_number > kinds[*ret].max)
		return cw_fail(err, CW_ERR_CONFIG, 9015, "%s wants a number from 1 to %llu",
			       kinds[*ret].name, (unsigned long long)kinds[*ret].max);
	return true;
}

/* @text NULL: all of them. */
static bool change(const char *folder, const char *text, bool stands, const char *user,
		   struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int lock = -1;
	struct order order[RH_KNOBS];
	uint64_t number = 0;
	enum rh_knob which = RH_KNOBS;
	char path[560];

	if ((text && !parse_order(text, &which, &number, err)) ||
	    (lock = rh_knob_lock(folder, err)) < 0)
		return false;
	path_of(folder, "faults", path);
	if (!read_orders(path, order, err))
		return false;
	if (text) {
		order[which] = (struct order){ .stands = stands,
					       .number = number,
					       .given_us = cw_wall_us() };
		(void)snprintf(order[which].user, sizeof(order[which].user), "%s", user);
	} else {
		memset(order, 0, sizeof(order));
	}
	return write_orders(folder, order, err);
}

bool rh_knob_order(const char *folder, const char *text, const char *user, struct cw_err *err)
{
	return change(folder, text, true, user, err);
}

bool rh_knob_off(const char *folder, const char *name, struct cw_err *err)
{
	return change(folder, name, false, "", err);
}

bool rh_knob_list(const char *folder, FILE *to, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int lock = rh_knob_lock(folder, err);
	struct order order[RH_KNOBS];
	char path[560];

	path_of(folder, "faults", path);
	if (lock < 0 || !read_orders(path, order, err))
		return false;
	for (size_t i = 0; i < RH_KNOBS; i++)
		if (order[i].stands)
			(void)fprintf(to, "%s=%llu%s%s\n", kinds[i].name,
				      (unsigned long long)order[i].number,
				      order[i].user[0] ? " " : "", order[i].user);
	return true;
}

/* ---- what the server asks ----------------------------------------------------------------- */

struct rh_knobs *rh_knobs_new(const char *folder)
{
	struct rh_knobs *knobs = calloc(1, sizeof(*knobs));

	if (!knobs)
		abort();
	(void)snprintf(knobs->folder, sizeof(knobs->folder), "%s", folder);
	(void)pthread_mutex_init(&knobs->lock, NULL);
	return knobs;
}

void rh_knobs_free(struct rh_knobs *knobs)
{
	if (!knobs)
		return;
	(void)pthread_mutex_destroy(&knobs->lock);
	free(knobs);
}

/* What was ordered before goes on counting from where it is. */
static void look_again(struct rh_knobs *knobs, const char *path, const struct stat *now)
{
	struct order fresh[RH_KNOBS];
	struct cw_err err;

	if (knobs->inode == now->st_ino && knobs->at.tv_sec == now->st_mtim.tv_sec &&
	    knobs->at.tv_nsec == now->st_mtim.tv_nsec)
		return;
	knobs->inode = now->st_ino;
	knobs->at = now->st_mtim;
	if (!read_orders(path, fresh, &err))
		cw_log_err("the ordered faults cannot be read", &err);
	for (size_t i = 0; i < RH_KNOBS; i++)
		if (!fresh[i].stands || fresh[i].given_us != knobs->order[i].given_us)
			knobs->order[i] = fresh[i];
}

static bool count(struct order *order, enum counting counting)
{
	bool strikes = counting != AT_THE_NTH || order->number <= 1;

	if (counting == AS_LONG_AS_IT_STANDS)
		return true;
	if (--order->number == 0)
		order->stands = false;
	return strikes;
}

bool rh_knob(struct rh_knobs *knobs, enum rh_knob which, const char *user, uint64_t *ret_number)
{
	char path[560];
	struct stat now;
	struct order *order;

	if (!knobs)
		return false;
	path_of(knobs->folder, "faults", path);
	if (stat(path, &now) != 0)
		return false;
	order = &knobs->order[which];
	CW_LOCKED(&knobs->lock);
	look_again(knobs, path, &now);
	if (!order->stands || (order->user[0] && strcasecmp(order->user, user) != 0))
		return false;
	if (ret_number)
		*ret_number = order->number;
	return count(order, kinds[which].counting);
}
