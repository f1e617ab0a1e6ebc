/*
 * log_buffer.c - who writes redo faster than the log writer puts it on disk waits for it
 *
 * The log buffer is what lies in the WAL behind the place that the log writer has acknowledged.  When it is full, a
 * session waits behind the row it has written, inside its statement, and is cancelled and killed there as anywhere.
 * So the redo is never further behind than that, however many sessions write.
 *
 * Source: Oracle Database Reference, wait event "log buffer space".
 */
#include "causeway_redo.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "replication/slot.h"
#include "storage/latch.h"

#define REDO_SLOT	 "rh_redo"
#define LOG_BUFFER_BYTES (4u << 20)
#define LOOK_AGAIN_MS	 5

static XLogRecPtr on_disk; /* as far as this session knows */

/* The slot is made before the first session comes, and stays. */
static bool look(void)
{
	static ReplicationSlot *slot;

	if (!slot)
		slot = SearchNamedReplicationSlot(REDO_SLOT, true);
	if (!slot)
		return false;
	SpinLockAcquire(&slot->mutex);
	on_disk = slot->data.confirmed_flush;
	SpinLockRelease(&slot->mutex);
	return true;
}

void log_buffer_wait(XLogRecPtr written)
{
	while (written > on_disk + LOG_BUFFER_BYTES) {
		if (!look() || written <= on_disk + LOG_BUFFER_BYTES)
			return;
		CHECK_FOR_INTERRUPTS();
		(void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
				LOOK_AGAIN_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}
