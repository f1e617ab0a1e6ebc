/* log_list.c - see log_list.h */
#include "endpoint/log_list.h"

#include "endpoint/ora_read.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* 2^48 - 1 and 2^64 - 1: the end of the log being written, by version. */
#define OPEN_END_OLD 281474976710655u

#define UNLISTED_WAIT_MS 5000 /* until a log that was read is listed again */
#define UNLISTED_LOOK_MS 50

/* NULL for what is not there to be read; of a standby destination the name is a service's. */
static const char archived_sql[] =
	"select case when a.archived = 'YES' and a.status = 'A' and a.standby_dest = 'NO' "
	"then a.name end, a.thread#, a.sequence#, a.first_change#, a.next_change#, a.dest_id "
	"from v$archived_log a, v$database d where a.resetlogs_change# = d.resetlogs_change# "
	"and a.next_change# > :1 order by a.thread#, a.sequence#, a.dest_id";

/* A member in use has no STATUS: others are INVALID, STALE or DELETED (19c Reference, V$LOGFILE). */
static const char online_sql[] =
	"select f.member, l.thread#, l.sequence#, l.first_change#, l.next_change#, l.group# "
	"from v$log l, v$logfile f where f.group# = l.group# and f.type = 'ONLINE' "
	"and l.status <> 'UNUSED' and l.next_change# > :1 "
	"order by l.thread#, l.sequence#, nvl2(f.status, 1, 0), f.member";

void cw_log_list_release(struct cw_log_list *list)
{
	free(list->log);
	free(list->spare);
	*list = (struct cw_log_list){ 0 };
}

static struct cw_log *find(const struct cw_log_list *list, uint64_t thread, uint64_t sequence)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->log[i].thread == thread && list->log[i].sequence == sequence)
			return &list->log[i];
	return NULL;
}

static void append(struct cw_log **to, size_t *count, size_t *room, const struct cw_log *log)
{
	if (*count == *room) {
		*room = *room ? *room * 2 : 16;
		*to = reallocarray(*to, *room, sizeof(**to));
		if (!*to)
			abort();
	}
	(*to)[(*count)++] = *log;
}

void cw_log_list_add(struct cw_log_list *list, const struct cw_log *log)
{
	/* another destination or member of it, archived and online, or none that can be read */
	if (!*log->name || find(list, log->thread, log->sequence))
		append(&list->spare, &list->spare_count, &list->spare_room, log);
	else
		append(&list->log, &list->count, &list->room, log);
}

static bool read_log(const struct cw_value *value, bool online, struct cw_log *ret,
		     struct cw_err *err)
{
	uint64_t last;

	*ret = (struct cw_log){ .online = online };
	(void)cw_ora_to_text(value[0], ret->name, sizeof(ret->name));
	if (!cw_ora_to_u64(value[1], &ret->thread, err) ||
	    !cw_ora_to_u64(value[2], &ret->sequence, err) ||
	    !cw_ora_to_u64(value[3], &ret->first, err) ||
	    !cw_ora_to_u64(value[4], &ret->next, err) || !cw_ora_to_u64(value[5], &last, err))
		return false;
	ret->group = online ? last : 0;
	if (ret->next == OPEN_END_OLD)
		ret->next = CW_LOG_INFINITE;
	return true;
}

static bool read_all(struct cw_ora *ora, const char *sql, bool online, uint64_t from,
		     struct cw_log_list *list, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;
	bool ok = true;

	if (!cw_ora_read_begin(ora, sql, 1, &from, &read, err))
		return cw_err_add(err, "list of %s logs", online ? "online" : "archived");
	while (ok && (value = cw_ora_read_row(&read, err)) != NULL) {
		struct cw_log log;

		ok = read_log(value, online, &log, err);
		if (ok)
			cw_log_list_add(list, &log);
	}
	cw_ora_read_end(&read);
	return ok && err->kind == CW_ERR_NONE;
}

static int by_place(const void *a, const void *b)
{
	const struct cw_log *left = a, *right = b;

	if (left->thread != right->thread)
		return left->thread < right->thread ? -1 : 1;
	return (left->sequence > right->sequence) - (left->sequence < right->sequence);
}

/* First the online ones: a log that is archived between the two queries is then in both. */
bool cw_log_list_read(struct cw_ora *ora, uint64_t from, struct cw_log_list *ret,
		      struct cw_err *err)
{
	struct cw_log_list online = { 0 };
	bool ok;

	ret->count = ret->spare_count = 0;
	ok = read_all(ora, online_sql, true, from, &online, err) &&
	     read_all(ora, archived_sql, false, from, ret, err);
	for (size_t i = 0; ok && i < online.count; i++)
		cw_log_list_add(ret, &online.log[i]);
	for (size_t i = 0; ok && i < online.spare_count; i++)
		cw_log_list_add(ret, &online.spare[i]);
	cw_log_list_release(&online);
	if (!ok)
		return false;
	if (ret->count)
		qsort(ret->log, ret->count, sizeof(*ret->log), by_place);
	return cw_log_list_check(ret, from, err);
}

static bool has_thread(const struct cw_log_list *list, uint64_t thread)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->log[i].thread == thread)
			return true;
	return false;
}

bool cw_log_list_check(const struct cw_log_list *list, uint64_t from, struct cw_err *err)
{
	if (list->count == 0)
		return cw_fail(err, CW_ERR_RETRY, 7011, "no redo log holds SCN %" PRIu64, from);
	for (size_t i = 0; i < list->spare_count; i++)
		if (!has_thread(list, list->spare[i].thread))
			return cw_fail(err, CW_ERR_RETRY, 7011,
				       "redo log of thread %" PRIu64 ", sequence %" PRIu64
				       " is missing, as all of that thread are: SCN %" PRIu64
				       " to %" PRIu64 " cannot be read",
				       list->spare[i].thread, list->spare[i].sequence, from,
				       list->spare[i].next - 1);
	for (size_t i = 0; i < list->count; i++) {
		const struct cw_log *log = &list->log[i];
		const struct cw_log *before = i ? log - 1 : NULL;

		if (!before || before->thread != log->thread) {
			if (log->first <= from || log->sequence == 1)
				continue;
			return cw_fail(err, CW_ERR_RETRY, 7011,
				       "redo log of thread %" PRIu64 ", sequence %" PRIu64
				       " is missing: SCN %" PRIu64 " to %" PRIu64 " cannot be read",
				       log->thread, log->sequence - 1, from, log->first - 1);
		}
		if (log->sequence != before->sequence + 1)
			return cw_fail(err, CW_ERR_RETRY, 7011,
				       "redo log of thread %" PRIu64 ", sequence %" PRIu64
				       " is missing: SCN %" PRIu64 " to %" PRIu64 " cannot be read",
				       log->thread, before->sequence + 1, before->next,
				       log->first - 1);
	}
	return true;
}

void cw_log_list_window(struct cw_log_list *list, uint64_t from, uint64_t *hi)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->log[i].next > from && list->log[i].next - 1 < *hi)
			*hi = list->log[i].next - 1;
	for (size_t i = 0; i < list->count; i++)
		if (list->log[i].next > from && list->log[i].first <= *hi)
			list->log[kept++] = list->log[i];
	list->count = kept;
}

/* Take @log's copy of that name, or any if it is NULL. */
static bool take_copy(struct cw_log_list *list, struct cw_log *log, const char *name)
{
	for (size_t i = 0; i < list->spare_count; i++) {
		struct cw_log *spare = &list->spare[i];

		if (spare->thread != log->thread || spare->sequence != log->sequence ||
		    !*spare->name || (name && strcmp(spare->name, name) != 0))
			continue;
		*log = *spare;
		*spare->name = '\0';
		return true;
	}
	return false;
}

void cw_log_list_prefer(struct cw_log_list *list, const struct cw_log_list *loaded)
{
	for (size_t i = 0; i < list->count; i++) {
		struct cw_log *log = &list->log[i];
		const struct cw_log *before = find(loaded, log->thread, log->sequence);

		if (before && !before->online && strcmp(before->name, log->name) != 0)
			(void)take_copy(list, log, before->name);
	}
}

/* Its file is gone or cannot be read, by hand of somebody; another copy may be there (oracle's messages). */
static bool is_unreadable(const struct cw_err *err)
{
	return err->code == 7001 && (err->native == 308 || err->native == 1284 || err->native == 1285);
}

bool cw_log_list_give(struct cw_ora *ora, struct cw_log_list *list, struct cw_err *err)
{
	static const uint8_t types[] = { CW_ORA_VARCHAR2, CW_ORA_NUMBER };

	for (size_t i = 0; i < list->count;) {
		uint8_t room[24];
		struct cw_value values[] = { cw_ora_string(list->log[i].name),
					     cw_ora_number(i ? 3 : 1, room) }; /* ADDFILE, NEW */

		if (cw_ora_call(ora,
				"begin sys.dbms_logmnr.add_logfile(logfilename => :1, "
				"options => :2); end;",
				2, types, values, err))
			i++;
		else if (!is_unreadable(err) || !take_copy(list, &list->log[i], NULL))
			return cw_err_add(err, "log %s", list->log[i].name);
	}
	return true;
}

enum now_is { STILL_THERE, NOT_LISTED, ANOTHER };

/* What its group holds now.  Behind a switch a log can be in neither list for a moment. */
static enum now_is look_again(const struct cw_log_list *now, const struct cw_log *log)
{
	for (size_t i = 0; i < now->count; i++)
		if (now->log[i].thread == log->thread && now->log[i].group == log->group)
			return now->log[i].sequence == log->sequence ? STILL_THERE : ANOTHER;
	return NOT_LISTED;
}

static bool verify_once(struct cw_ora *ora, const struct cw_log_list *list, bool *ret_listed,
			struct cw_err *err)
{
	struct cw_log_list now = { 0 };
	bool ok = read_all(ora, online_sql, true, 0, &now, err);

	*ret_listed = true;
	for (size_t i = 0; ok && i < list->count; i++) {
		const struct cw_log *log = &list->log[i];
		enum now_is is = log->online ? look_again(&now, log) : STILL_THERE;

		*ret_listed = *ret_listed && is != NOT_LISTED;
		if (is == ANOTHER)
			ok = cw_fail(err, CW_ERR_RETRY, 7012,
				     "online log of thread %" PRIu64 ", sequence %" PRIu64
				     " was overwritten while it was read",
				     log->thread, log->sequence);
	}
	cw_log_list_release(&now);
	return ok;
}

bool cw_log_list_verify(struct cw_ora *ora, const struct cw_log_list *list, struct cw_err *err)
{
	int64_t until_ms = cw_clock_ms() + UNLISTED_WAIT_MS;
	bool any = false, listed = false;

	for (size_t i = 0; i < list->count; i++)
		any = any || list->log[i].online;
	while (any && !listed) {
		if (!verify_once(ora, list, &listed, err))
			return false;
		if (!listed && cw_clock_ms() > until_ms)
			return cw_fail(err, CW_ERR_RETRY, 7012,
				       "a log that was read is no online log any more");
		if (!listed)
			cw_sleep_ms(UNLISTED_LOOK_MS);
	}
	return true;
}
