/* redo_log.c - appending to the online logs, flushing and switching them */
#include "rehearsal/redo_internal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (256u << 10)

/* The cluster's account reads these files. */
bool rh_file_give(struct rh_redo *redo, int fd, struct cw_err *err)
{
	if (geteuid() == 0 && fchown(fd, redo->config.owner, redo->config.group) != 0)
		return cw_fail_errno(err, 9303, "chown of a redo file");
	return true;
}

static bool pwrite_all(int fd, const uint8_t *at, size_t len, uint64_t offset, struct cw_err *err)
{
	while (len > 0) {
		ssize_t done = pwrite(fd, at, len, (off_t)offset);

		if (done <= 0)
			return cw_fail_errno(err, 9303, "writing redo");
		at += done;
		len -= (size_t)done;
		offset += (uint64_t)done;
	}
	return true;
}

static bool sync_log(struct rh_redo *redo, unsigned thread, struct cw_err *err)
{
	if (!redo->config.no_fsync && fdatasync(redo->log[thread].fd) != 0)
		return cw_fail_errno(err, 9303, "fdatasync of redo");
	return true;
}

static bool write_out(struct rh_log *log, struct cw_err *err)
{
	if (log->buffer.len == 0)
		return true;
	if (!pwrite_all(log->fd, log->buffer.at0, log->buffer.len, log->at, err))
		return false;
	log->at += log->buffer.len;
	cw_wr_reset(&log->buffer);
	return true;
}

static struct rh_group *current_group(struct rh_redo *redo, unsigned thread)
{
	return &redo->control.group[redo->control.current[thread]];
}

static bool write_header(struct rh_redo *redo, unsigned thread, uint64_t next_scn,
			 struct cw_err *err)
{
	const struct rh_group *group = current_group(redo, thread);
	struct rh_log *log = &redo->log[thread];
	struct rh_log_header header = { .thread = thread + 1,
					.group = redo->control.current[thread] + 1,
					.sequence = group->sequence,
					.first_scn = group->first_scn,
					.next_scn = next_scn,
					.first_us = group->first_us,
					.resetlogs_scn = redo->control.resetlogs_scn,
					.resetlogs_us = redo->control.resetlogs_us,
					.dbid = redo->control.dbid };
	uint8_t block[RH_BLOCK_BYTES] = { 0 };

	if (next_scn != RH_SCN_UNENDED) {
		header.end = log->at;
		header.next_us = redo->read_us;
	}
	rh_log_header_seal(&header);
	memcpy(block, &header, sizeof(header));
	return pwrite_all(log->fd, block, sizeof(block), 0, err);
}

static bool open_log(struct rh_redo *redo, unsigned thread, struct cw_err *err)
{
	struct rh_log *log = &redo->log[thread];
	char path[RH_PATH_BYTES];

	cw_close_fd(&log->fd);
	rh_group_path(redo->dir, redo->control.current[thread], path);
	log->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (log->fd < 0)
		return cw_fail_errno(err, 9303, "%s", path);
	log->sequence = current_group(redo, thread)->sequence;
	log->buffer.limit_bytes = 2 * (size_t)RH_REC_BYTES_MAX;
	return rh_file_give(redo, log->fd, err);
}

/* Begin the log of @sequence in the group that is current now. */
static bool begin_log(struct rh_redo *redo, unsigned thread, uint64_t sequence, uint64_t first_scn,
		      struct cw_err *err)
{
	struct rh_group *group = current_group(redo, thread);

	*group = (struct rh_group){ .sequence = sequence,
				    .first_scn = first_scn,
				    .next_scn = RH_SCN_UNENDED,
				    .bytes = redo->config.group_bytes,
				    .end = RH_BLOCK_BYTES,
				    .first_us = redo->read_us ? redo->read_us : cw_wall_us(),
				    .thread = (uint16_t)thread,
				    .status = RH_GROUP_CURRENT };
	if (!open_log(redo, thread, err))
		return false;
	redo->log[thread].at = RH_BLOCK_BYTES;
	redo->log[thread].last_scn = 0;
	if (!write_header(redo, thread, RH_SCN_UNENDED, err) || !sync_log(redo, thread, err))
		return false;
	return rh_control_write(redo->control_fd, &redo->control, err);
}

bool rh_log_create(struct rh_redo *redo, uint64_t first_scn, struct cw_err *err)
{
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		redo->control.current[thread] = thread * redo->config.groups;
		if (!begin_log(redo, thread, 1, first_scn, err))
			return false;
	}
	return true;
}

bool rh_log_continue(struct rh_redo *redo, unsigned thread, uint64_t at, struct cw_err *err)
{
	struct rh_group *group = current_group(redo, thread);

	if (!open_log(redo, thread, err))
		return false;
	redo->log[thread].at = at;
	group->end = at;
	/* of a switch that was not finished: the archiver would take the log, which goes on */
	group->status = RH_GROUP_CURRENT;
	group->next_scn = RH_SCN_UNENDED;
	group->next_us = 0;
	/* it may have put an end into the header, too */
	if (!write_header(redo, thread, RH_SCN_UNENDED, err))
		return false;
	return rh_control_write(redo->control_fd, &redo->control, err);
}

/* Round and round, or while nobody is to lose a log: one group more each time. */
static uint32_t next_group(struct rh_redo *redo, unsigned thread)
{
	struct rh_control *control = &redo->control;
	uint32_t first = thread * redo->config.groups, next = control->current[thread];

	if (rh_habit(&redo->habits, redo->dir, RH_HABIT_REUSED_LOG)) {
		next++;
		return next >= first && next < first + redo->config.groups ? next : first;
	}
	for (uint32_t i = 0; i < control->group_count; i++) {
		next = (next + 1) % control->group_count;
		if (control->group[next].thread == thread &&
		    (control->group[next].status == RH_GROUP_UNUSED ||
		     control->group_count == RH_GROUPS_MAX))
			return next;
	}
	next = control->group_count++;
	control->group[next] = (struct rh_group){ .bytes = redo->config.group_bytes,
						  .thread = (uint16_t)thread };
	return next;
}

/* A group is used again when it is archived and listed; until then everything waits, as on Oracle. */
static bool take_next_group(struct rh_redo *redo, unsigned thread, struct cw_err *err)
{
	uint32_t next = next_group(redo, thread);
	const struct rh_group *group = &redo->control.group[next];

	while (group->status != RH_GROUP_UNUSED && (!group->archived || group->moving)) {
		if (atomic_load(&redo->stopping))
			return cw_fail(err, CW_ERR_CANCELLED, 9303, "stopped at a log switch");
		(void)pthread_cond_wait(&redo->changed, &redo->lock);
	}
	redo->control.current[thread] = next;
	return true;
}

/* The control file says what all threads hold: none keeps anything back. */
static bool write_all_out(struct rh_redo *redo, struct cw_err *err)
{
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		if (!write_out(&redo->log[thread], err) || !sync_log(redo, thread, err))
			return false;
	}
	return true;
}

static bool switch_log(struct rh_redo *redo, unsigned thread, uint64_t next_scn, struct cw_err *err)
{
	struct rh_group *old = current_group(redo, thread);
	uint64_t sequence = old->sequence + 1;

	if (!write_all_out(redo, err) || !write_header(redo, thread, next_scn, err) ||
	    !sync_log(redo, thread, err))
		return false;
	(void)cw_fault("redo.switch");
	CW_LOCKED(&redo->lock);
	old->next_scn = next_scn;
	old->next_us = redo->read_us;
	old->end = redo->log[thread].at;
	old->status = RH_GROUP_ACTIVE;
	redo->control.recover_sequence[thread] = rh_txn_oldest_sequence(redo, thread);
	redo->control.last_lsn = redo->done_lsn; /* the new log may stay empty */
	atomic_store(&redo->log[thread].want_switch, false);
	return take_next_group(redo, thread, err) &&
	       begin_log(redo, thread, sequence, next_scn, err);
}

bool rh_log_switch_if_due(struct rh_redo *redo, unsigned thread, uint64_t scn, struct cw_err *err)
{
	struct rh_log *log = &redo->log[thread];
	bool full = log->at + log->buffer.len >= redo->config.group_bytes;

	if (log->last_scn == 0 && redo->control.thread_count > 1)
		atomic_store(&log->want_switch, false); /* the instance is idle */
	/* records of one SCN stay in one log: NEXT_CHANGE# would lie else */
	if (log->last_scn == 0 || scn <= log->last_scn)
		return true;
	if (!full && !atomic_load(&log->want_switch))
		return true;
	return switch_log(redo, thread, scn, err);
}

static bool is_all_archived(const struct rh_control *control)
{
	for (uint32_t i = 0; i < control->group_count; i++) {
		if (control->group[i].status == RH_GROUP_ACTIVE || control->group[i].moving)
			return false;
	}
	return true;
}

/* Of no group anything may be left: its sequences will come again. */
static bool begin_incarnation(struct rh_redo *redo, uint64_t scn, struct cw_err *err)
{
	struct rh_control *control = &redo->control;
	char path[RH_PATH_BYTES];

	for (uint32_t i = 0; i < control->group_count; i++) {
		rh_group_path(redo->dir, i, path);
		if (truncate(path, 0) != 0 && errno != ENOENT)
			return cw_fail_errno(err, 9303, "%s", path);
	}
	if (control->former_count == RH_FORMER_MAX)
		memmove(control->former, control->former + 1,
			--control->former_count * sizeof(control->former[0]));
	control->former[control->former_count++] =
		(struct rh_incarnation){ control->resetlogs_scn, control->resetlogs_us };
	control->resetlogs_scn = scn;
	control->resetlogs_us = cw_wall_us();
	for (uint32_t i = 0; i < control->group_count; i++)
		control->group[i] = (struct rh_group){ .bytes = control->group[i].bytes,
						       .thread = control->group[i].thread };
	for (unsigned thread = 0; thread < RH_THREADS_MAX; thread++)
		control->recover_sequence[thread] = 1;
	return true;
}

bool rh_log_reset(struct rh_redo *redo, uint64_t scn, struct cw_err *err)
{
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		if (redo->log[thread].last_scn != 0 && !switch_log(redo, thread, scn, err))
			return false;
	}
	CW_LOCKED(&redo->lock);
	while (!is_all_archived(&redo->control)) {
		if (atomic_load(&redo->stopping))
			return cw_fail(err, CW_ERR_CANCELLED, 9303, "stopped at RESETLOGS");
		(void)pthread_cond_wait(&redo->changed, &redo->lock);
	}
	if (!begin_incarnation(redo, scn, err) || !rh_log_create(redo, scn, err))
		return false;
	redo->reset_wanted = false;
	(void)pthread_cond_broadcast(&redo->changed);
	return true;
}

void rh_log_want_switch(struct rh_redo *redo)
{
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++)
		atomic_store(&redo->log[thread].want_switch, true);
}

bool rh_log_is_switch_wanted(struct rh_redo *redo)
{
	bool wanted = false;

	for (unsigned thread = 0; thread < redo->control.thread_count; thread++)
		wanted = wanted || atomic_load(&redo->log[thread].want_switch);
	return wanted;
}

bool rh_log_append(struct rh_redo *redo, struct rh_rec *rec, struct cw_bytes body,
		   uint64_t *ret_offset, struct cw_err *err)
{
	static const uint8_t zeros[RH_REC_ALIGN];
	struct rh_log *log = &redo->log[rec->thread];

	if (!rh_log_switch_if_due(redo, rec->thread, rec->scn, err))
		return false;
	if (body.len > RH_REC_BYTES_MAX - sizeof(*rec))
		return cw_fail(err, CW_ERR_LIMIT, 9303, "a redo record of %zu bytes", body.len);
	rec->len = (uint32_t)(sizeof(*rec) + body.len);
	rec->check = rh_rec_check(log->sequence, rec, body.at);
	*ret_offset = log->at + log->buffer.len;
	cw_wr_put(&log->buffer, rec, sizeof(*rec));
	cw_wr_put(&log->buffer, body.at, body.len);
	cw_wr_put(&log->buffer, zeros, (size_t)(rh_rec_stride(rec->len) - rec->len));
	if (cw_wr_failed(&log->buffer))
		return cw_fail(err, CW_ERR_LIMIT, 9303, "the log buffer is full");
	log->last_scn = rec->scn;
	redo->dirty = true;
	return log->buffer.len < BUFFER_BYTES || write_out(log, err);
}

bool rh_log_flush(struct rh_redo *redo, struct cw_err *err)
{
	if (redo->dirty && !write_all_out(redo, err))
		return false;
	redo->dirty = false;
	(void)cw_fault("redo.flushed");
	CW_LOCKED(&redo->lock);
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++)
		current_group(redo, thread)->end = redo->log[thread].at;
	redo->control.last_scn = redo->read_scn;
	redo->control.last_lsn = redo->read_lsn;
	redo->control.last_us = redo->read_us;
	redo->seen_lsn = redo->read_lsn;
	if (!rh_control_write(redo->control_fd, &redo->control, err))
		return false;
	(void)pthread_cond_broadcast(&redo->changed);
	return true;
}

bool rh_log_find(struct rh_redo *redo, unsigned thread, uint64_t sequence, char ret[RH_PATH_BYTES],
		 struct cw_err *err)
{
	/* first: after a crash at a switch, the group may hold the header of the log that would have come */
	rh_archive_path(redo, thread, sequence, ret);
	if (access(ret, R_OK) == 0)
		return true;
	for (uint32_t i = 0; i < redo->control.group_count; i++) {
		if (redo->control.group[i].thread == thread &&
		    redo->control.group[i].sequence == sequence) {
			rh_group_path(redo->dir, i, ret);
			return true;
		}
	}
	return cw_fail(err, CW_ERR_DATA, 9301, "redo log %llu of thread %u is nowhere",
		       (unsigned long long)sequence, thread + 1);
}

void rh_archive_path(const struct rh_redo *redo, unsigned thread, uint64_t sequence,
		     char ret[RH_PATH_BYTES])
{
	(void)snprintf(ret, RH_PATH_BYTES, "%s/arch/%u_%llu_%llu.arc", redo->dir, thread + 1,
		       (unsigned long long)sequence,
		       (unsigned long long)redo->control.resetlogs_scn);
}

bool rh_log_read_back(struct rh_redo *redo, const struct rh_undo_entry *entry, struct rh_rec *ret,
		      const uint8_t **ret_body, struct cw_err *err)
{
	struct rh_log_reader *back = &redo->back;
	struct rh_log *log = &redo->log[entry->thread];
	char path[RH_PATH_BYTES];
	bool none;

	if (entry->sequence == log->sequence && !write_out(log, err))
		return false;
	if (back->fd < 0 || back->header.sequence != entry->sequence ||
	    back->header.thread != entry->thread + 1) {
		if (!rh_log_find(redo, entry->thread, entry->sequence, path, err) ||
		    !rh_log_open(back, path, err))
			return false;
		if (back->header.sequence != entry->sequence)
			return cw_fail(err, CW_ERR_DATA, 9301, "%s is not log %llu", path,
				       (unsigned long long)entry->sequence);
	}
	back->at = entry->offset;
	back->end = RH_SCN_UNENDED;
	if (!rh_log_next(back, ret, ret_body, &none, err))
		return false;
	return !none || cw_fail(err, CW_ERR_DATA, 9301, "no record at %llu of log %llu",
				(unsigned long long)entry->offset,
				(unsigned long long)entry->sequence);
}
