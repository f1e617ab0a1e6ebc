/*
 * late_check.c - rh.check_later(): a check constraint that may be deferred is a constraint trigger
 *
 * It fires for rows that violate the check, at the end of the statement or of the transaction.  A row that was changed
 * or deleted meanwhile is not looked at: what it has become fires for itself.
 *
 * Source: Oracle Database SQL Language Reference, "constraint", DEFERRABLE Clause.
 */
#include "causeway_redo.h"

#include "access/tableam.h"
#include "commands/trigger.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(rh_check_later);

Datum rh_check_later(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *)fcinfo->context;
	bool is_update;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(data->tg_event) ||
	    !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		elog(ERROR, "rh.check_later is an AFTER ROW trigger");
	is_update = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
	if (table_tuple_satisfies_snapshot(data->tg_relation,
					   is_update ? data->tg_newslot : data->tg_trigslot,
					   SnapshotSelf))
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION), errmsg("a row violates a check"),
			errtableconstraint(data->tg_relation,
					   get_constraint_name(data->tg_trigger->tgconstraint)));
	return PointerGetDatum(NULL);
}
