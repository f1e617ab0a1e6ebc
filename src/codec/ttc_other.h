/*
 * ttc_other.h - calls that Causeway does not make, read to their last byte
 *
 * They stand in what other programs' sessions say: two-phase commit, sessionless
 * transactions, queues, direct path load, change notification, pooled sessions, caches.  A reader
 * names their fields; nothing is kept, so they cannot be written from here.
 *
 * Errors	readers fail like cw_ttc_in
 * Sources	python-oracledb messages/{tpc_*,aq_*,direct_path_*,subscribe,notification,
 *		session_release,end_pipeline}.pyx; the recordings tpc, sessionless, aq_*, dpl,
 *		pipeline; ojdbc 23.26, marshal() and readRPA() of T4CTTI{osessget,osesstemplate,
 *		Oqcsta,oqcid,oappcontreplay,ochunkinfo,oclstats,oplopn,sto}
 */
#ifndef CW_CODEC_TTC_OTHER_H
#define CW_CODEC_TTC_OTHER_H

#include "codec/ttc_call_answer.h"

/* What the answer's form depends on. */
struct cw_ttc_other {
	uint8_t function;
	uint32_t operation; /* of AQ_ARRAY: 1 enqueue, 2 dequeue */
	uint32_t iterations;
};

/*
 * Behind the function header, of a function, piggyback or one-way message.  Of a function that
 * nobody described the rest is one field of unknown meaning, here and in its answer.
 */
void cw_ttc_read_other(struct cw_pass *pass, struct cw_ttc_other *other);
/* Behind the 8 of the answer's PARAMETER. */
void cw_ttc_read_other_answer(struct cw_pass *pass, const struct cw_ttc_other *other);

#endif
