/*
 * redo_archive.c - the archiver: flushes the WAL, copies full logs, keeps the horizon
 *
 * Every 20 ms, LGWR's own rhythm being "at once on commit, else soon": redo of open
 * transactions is seen after that.
 */
#include "rehearsal/knob.h"
#include "rehearsal/redo_internal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS	      20
#define SAMPLE_MS     1000
#define REGISTER_MS   150 /* between a log's end as an online log and its place in the list */
#define RETRY_TICK_MS 200

static bool copy_log(struct rh_redo *redo, const char *from_path, const char *to_path,
		     uint64_t bytes, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int from = open(from_path, O_RDONLY | O_CLOEXEC);
	CW_CLEANUP(cw_close_fd) int to = -1;
	char fresh[RH_PATH_BYTES + 8];
	uint8_t block[65536];

	(void)snprintf(fresh, sizeof(fresh), "%s.tmp", to_path);
	to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (from < 0 || to < 0)
		return cw_fail_errno(err, 9303, "archiving %s to %s", from_path, to_path);
	while (bytes > 0) {
		size_t part = bytes < sizeof(block) ? (size_t)bytes : sizeof(block);
		ssize_t got = read(from, block, part);

		if (got <= 0)
			return cw_fail_errno(err, 9303, "archiving %s", from_path);
		if (!cw_write_all(to, (struct cw_bytes){ block, (size_t)got }, err))
			return false;
		bytes -= (uint64_t)got;
	}
	if (!rh_file_give(redo, to, err))
		return false;
	if ((!redo->config.no_fsync && fdatasync(to) != 0) || rename(fresh, to_path) != 0)
		return cw_fail_errno(err, 9303, "archiving to %s", to_path);
	return true;
}

static bool list_archived(struct rh_redo *redo, const struct rh_group *group, const char *path,
			  struct cw_err *err)
{
	struct rh_archived log = { .recid = redo->archived_count + 1,
				   .sequence = group->sequence,
				   .first_scn = group->first_scn,
				   .next_scn = group->next_scn,
				   .bytes = group->end,
				   .resetlogs_scn = redo->control.resetlogs_scn,
				   .resetlogs_us = redo->control.resetlogs_us,
				   .first_us = group->first_us,
				   .next_us = group->next_us,
				   .completion_us = cw_wall_us(),
				   .thread = group->thread + 1u };

	(void)snprintf(log.path, sizeof(log.path), "%s", path);
	if (!rh_archived_write(redo->archived_fd, &log, err))
		return false;
	redo->archived_count++;
	return true;
}

static bool give_group_back(struct rh_redo *redo, uint32_t index, bool moving, struct cw_err *err)
{
	CW_LOCKED(&redo->lock);

	redo->control.group[index].archived = 1;
	redo->control.group[index].moving = moving;
	redo->control.group[index].status = RH_GROUP_INACTIVE;
	(void)pthread_cond_broadcast(&redo->changed);
	return rh_control_write(redo->control_fd, &redo->control, err);
}

/* Unless the group holds a later log by now. */
static bool show_again(struct rh_redo *redo, const struct rh_group *listed, uint32_t index,
		       struct cw_err *err)
{
	CW_LOCKED(&redo->lock);

	if (redo->control.group[index].sequence == listed->sequence)
		redo->control.group[index].moving = 0;
	(void)pthread_cond_broadcast(&redo->changed);
	return rh_control_write(redo->control_fd, &redo->control, err);
}

/*
 * A planted fault: one log, switched for it, is neither listed nor kept online, as after CLEAR
 * UNARCHIVED LOGFILE.
 */
static bool lost;

static bool is_to_be_lost(void)
{
	return !lost && cw_fault_is_planted("redo.lose_archive");
}

/* So it is ordered while the server runs, too: knob.h, gap. */
static bool leaves_gap(struct rh_redo *redo)
{
	if (!is_to_be_lost())
		return rh_knob(redo->config.knobs, RH_KNOB_GAP, "", NULL);
	lost = cw_fault("redo.lose_archive");
	return lost;
}

static bool clear_group(struct rh_redo *redo, uint32_t index, struct cw_err *err)
{
	CW_LOCKED(&redo->lock);

	redo->control.group[index] =
		(struct rh_group){ .bytes = redo->config.group_bytes,
				   .thread = redo->control.group[index].thread };
	(void)pthread_cond_broadcast(&redo->changed);
	return rh_control_write(redo->control_fd, &redo->control, err);
}

/* For a moment the sequence is neither a usable online log nor in the list, as on Oracle. */
static bool give_and_list(struct rh_redo *redo, const struct rh_group *group, uint32_t index,
			  const char *path, struct cw_err *err)
{
	if (!rh_habit(&redo->archiver_habits, redo->dir, RH_HABIT_UNLISTED_LOG))
		return list_archived(redo, group, path, err) &&
		       give_group_back(redo, index, false, err);
	if (!give_group_back(redo, index, true, err))
		return false;
	cw_sleep_ms(REGISTER_MS);
	return list_archived(redo, group, path, err) && show_again(redo, group, index, err);
}

static bool archive_one(struct rh_redo *redo, uint32_t index, struct cw_err *err)
{
	struct rh_group group;
	char from[RH_PATH_BYTES], to[RH_PATH_BYTES];

	{
		CW_LOCKED(&redo->lock);

		group = redo->control.group[index];
	}
	rh_group_path(redo->dir, index, from);
	rh_archive_path(redo, group.thread, group.sequence, to);
	(void)cw_fault("redo.archive");
	if (!copy_log(redo, from, to, group.end, err))
		return false;
	if (leaves_gap(redo))
		return clear_group(redo, index, err);
	if (!give_and_list(redo, &group, index, to, err))
		return false;
	if (rh_knob(redo->config.knobs, RH_KNOB_LOSE, "", NULL))
		(void)unlink(to);
	return true;
}

/* The oldest log that waits; false in *ret_any when none does. */
static bool archive_next(struct rh_redo *redo, bool *ret_any, struct cw_err *err)
{
	uint64_t oldest = UINT64_MAX; /* SCN */
	uint32_t index = 0;

	{
		CW_LOCKED(&redo->lock);

		for (uint32_t i = 0; i < redo->control.group_count; i++) {
			const struct rh_group *group = &redo->control.group[i];

			if (group->status == RH_GROUP_ACTIVE && !group->archived &&
			    group->first_scn < oldest) {
				oldest = group->first_scn;
				index = i;
			}
		}
	}
	*ret_any = oldest != UINT64_MAX;
	return !*ret_any || archive_one(redo, index, err);
}

/* None is on its way into the list any longer. */
static bool show_all(struct rh_redo *redo, struct cw_err *err)
{
	CW_LOCKED(&redo->lock);

	for (uint32_t i = 0; i < redo->control.group_count; i++)
		redo->control.group[i].moving = 0;
	(void)pthread_cond_broadcast(&redo->changed);
	return rh_control_write(redo->control_fd, &redo->control, err);
}

/* Crashed between giving the group back and the list: the file is there, the row is not. */
static bool list_what_was_copied(struct rh_redo *redo, struct cw_err *err)
{
	for (uint32_t i = 0; i < redo->control.group_count; i++) {
		const struct rh_group *group = &redo->control.group[i];
		char path[RH_PATH_BYTES];
		bool none = false, found = false;

		for (uint64_t at = 0; !none && !found; at++) {
			struct rh_archived log;

			if (!rh_archived_read(redo->archived_fd, at, &log, &none, err))
				return false;
			found = !none && log.sequence == group->sequence &&
				log.thread == group->thread + 1u &&
				log.resetlogs_scn == redo->control.resetlogs_scn;
		}
		rh_archive_path(redo, group->thread, group->sequence, path);
		if (!found && group->archived && access(path, R_OK) == 0 &&
		    !list_archived(redo, group, path, err))
			return false;
	}
	return show_all(redo, err);
}

/* ---- retention -------------------------------------------------------------------- */

/* As RMAN does: the file goes, its row stays and says so.  What a recovery reads is kept. */
static bool delete_old(struct rh_redo *redo, struct cw_err *err)
{
	int64_t limit_us = cw_wall_us() - (int64_t)redo->config.archive_seconds * 1000000;
	uint64_t needed[RH_THREADS_MAX], incarnation;

	if (!rh_habit(&redo->archiver_habits, redo->dir, RH_HABIT_DELETED_ARCHIVE))
		return true;
	{
		CW_LOCKED(&redo->lock);

		memcpy(needed, redo->control.recover_sequence, sizeof(needed));
		incarnation = redo->control.resetlogs_scn;
	}
	while (redo->kept_from < redo->archived_count) {
		struct rh_archived log;
		bool none;

		if (!rh_archived_read(redo->archived_fd, redo->kept_from, &log, &none, err))
			return false;
		if (none || log.completion_us > limit_us || log.thread < 1 ||
		    log.thread > RH_THREADS_MAX ||
		    (log.resetlogs_scn == incarnation &&
		     log.sequence >= needed[log.thread - 1]))
			return true;
		if (!log.deleted) {
			log.deleted = 1;
			if (!rh_archived_write(redo->archived_fd, &log, err))
				return false;
			(void)unlink(log.path);
		}
		redo->kept_from++;
	}
	return true;
}

/* ---- horizon ------------------------------------------------------------------------ */

static bool sample(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	uint64_t now[3];
	char sql[64];
	uint32_t horizon;
	int64_t retention_ms = (int64_t)redo->config.retention_seconds * 1000;

	if (!rh_redo_ask(conn,
			 "select pg_snapshot_xmin(s)::text::numeric % 4294967296,"
			 " pg_snapshot_xmax(s)::text::numeric % 4294967296,"
			 " pg_current_wal_insert_lsn() - '0/0' from pg_current_snapshot() s",
			 3, now, err))
		return false;
	{
		struct rh_sample one = { .at_ms = cw_clock_ms(),
					 .scn = now[2] >> RH_SCN_SHIFT,
					 .xmin = (uint32_t)now[0],
					 .xmax = (uint32_t)now[1] };
		CW_LOCKED(&redo->lock);

		rh_history_sample(&redo->history, &one, retention_ms);
		horizon = redo->history.sample[0].xmin;
	}
	(void)snprintf(sql, sizeof(sql), "select rh.undo_horizon(%u)::int", horizon);
	return rh_redo_ask(conn, sql, 1, now, err);
}

/* From here on AS OF is answered: everything later is seen by the log writer. */
static bool begin_history(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	uint64_t lsn;

	if (!rh_redo_ask(conn, "select rh.mark()", 1, &lsn, err))
		return false;
	CW_LOCKED(&redo->lock);
	redo->history.from_scn = (lsn >> RH_SCN_SHIFT) + 1;
	redo->control.history_scn = redo->history.from_scn;
	return true;
}

/* ---- the thread ------------------------------------------------------------------------ */

static bool switch_is_due(struct rh_redo *redo)
{
	CW_LOCKED(&redo->lock);
	int64_t limit_us = cw_wall_us() - (int64_t)redo->config.switch_seconds * 1000000;
	bool due = false;

	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		const struct rh_group *group = &redo->control.group[redo->control.current[thread]];

		due = due || (group->end > RH_BLOCK_BYTES && group->first_us < limit_us);
	}
	return due;
}

static bool tick(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	uint64_t ignored;
	bool any;

	do {
		if (!archive_next(redo, &any, err))
			return false;
	} while (any);
	if (switch_is_due(redo) || is_to_be_lost())
		rh_log_want_switch(redo);
	/* a switch waits for a message with a later SCN */
	return rh_redo_ask(
		conn, rh_log_is_switch_wanted(redo) ? "select rh.mark()" : "select rh.flush()", 1,
		&ignored, err);
}

static bool work(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	int64_t sampled_ms = 0;

	while (!atomic_load(&redo->stopping)) {
		struct pollfd stop = { .fd = redo->stop_fd, .events = POLLIN };
		int64_t now = cw_clock_ms();

		if (now - sampled_ms >= SAMPLE_MS) {
			if (!sample(redo, conn, err) || !delete_old(redo, err))
				return false;
			if (redo->history.from_scn == 0 && !begin_history(redo, conn, err))
				return false;
			sampled_ms = now;
		}
		if (!tick(redo, conn, err))
			return false;
		(void)poll(&stop, 1, TICK_MS);
	}
	return true;
}

void *rh_redo_archiver_main(void *arg)
{
	struct rh_redo *redo = arg;
	struct cw_err err = { 0 };

	if (!list_what_was_copied(redo, &err)) {
		rh_redo_die(redo, "archiver", &err);
		return NULL;
	}
	while (!atomic_load(&redo->stopping)) {
		PGconn *conn = rh_redo_connect(redo, "", &err);
		bool done = conn && work(redo, conn, &err);

		PQfinish(conn);
		if (done || atomic_load(&redo->stopping))
			break;
		if (err.kind != CW_ERR_RETRY) {
			rh_redo_die(redo, "archiver", &err);
			break;
		}
		cw_log_err("archiver lost the database", &err);
		cw_sleep_ms(RETRY_TICK_MS);
	}
	return NULL;
}
