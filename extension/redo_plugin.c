/* redo_plugin.c - output plugin: our messages and every commit, in WAL order */
#include "causeway_redo.h"

#include "replication/logical.h"
#include "replication/origin.h"
#include "replication/output_plugin.h"
#include "utils/timestamp.h"

extern void _PG_output_plugin_init(OutputPluginCallbacks *callbacks);

static void start(LogicalDecodingContext *context, OutputPluginOptions *options, bool is_init)
{
	(void)context;
	(void)is_init;
	options->output_type = OUTPUT_PLUGIN_BINARY_OUTPUT;
}

static void on_begin(LogicalDecodingContext *context, ReorderBufferTXN *txn)
{
	(void)context;
	(void)txn;
}

static void on_change(LogicalDecodingContext *context, ReorderBufferTXN *txn, Relation relation,
		      ReorderBufferChange *change)
{
	(void)context;
	(void)txn;
	(void)relation;
	(void)change;
}

static void write_out(LogicalDecodingContext *context, const void *bytes, size_t len)
{
	OutputPluginPrepareWrite(context, true);
	appendBinaryStringInfo(context->out, bytes, (int)len);
	OutputPluginWrite(context, true);
}

/*
 * sub: the highest xid of the transaction, its own or of a subtransaction.  Of a commit PostgreSQL
 * says where its record starts, which is where the message before it ends.
 */
static void on_commit(LogicalDecodingContext *context, ReorderBufferTXN *txn, XLogRecPtr start)
{
	struct rh_msg msg = {
		.kind = RH_MSG_COMMIT, .xid = txn->xid, .sub = txn->xid, .lsn = txn->end_lsn
	};
	dlist_iter at;

	(void)start;
	dlist_foreach(at, &txn->subtxns)
	{
		ReorderBufferTXN *sub = dlist_container(ReorderBufferTXN, node, at.cur);

		if (TransactionIdFollows(sub->xid, msg.sub))
			msg.sub = sub->xid;
	}
	msg.time_us = txn->xact_time.commit_time +
		      (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
	write_out(context, &msg, sizeof(msg));
}

static void on_message(LogicalDecodingContext *context, ReorderBufferTXN *txn, XLogRecPtr lsn,
		       bool transactional, const char *prefix, Size len, const char *message)
{
	struct rh_msg msg;

	(void)txn;
	if (transactional || strcmp(prefix, RH_MSG_PREFIX) != 0 || len < sizeof(msg))
		return;
	memcpy(&msg, message, sizeof(msg));
	msg.lsn = lsn;
	OutputPluginPrepareWrite(context, true);
	appendBinaryStringInfo(context->out, (const char *)&msg, sizeof(msg));
	if (msg.kind != RH_MSG_MARK)
		appendBinaryStringInfo(context->out, message + sizeof(msg),
				       (int)(len - sizeof(msg)));
	OutputPluginWrite(context, true);
}

static bool is_unwanted(LogicalDecodingContext *context, RepOriginId origin)
{
	(void)context;
	return origin == DoNotReplicateId;
}

void _PG_output_plugin_init(OutputPluginCallbacks *callbacks)
{
	callbacks->startup_cb = start;
	callbacks->begin_cb = on_begin;
	callbacks->change_cb = on_change;
	callbacks->commit_cb = on_commit;
	callbacks->message_cb = on_message;
	callbacks->filter_by_origin_cb = is_unwanted;
}
