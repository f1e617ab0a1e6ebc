/* fuzz_ttc_call.c - requests as the rehearsal's server reads them */
#include "fuzz.h"

#include "codec/ttc_call_piggyback.h"
#include "model/shape.h"

static struct cw_arena arenas[2] = { { .limit_bytes = 8u << 20 }, { .limit_bytes = 8u << 20 } };

struct seen {
	bool failed;
	uint32_t functions, cursor, iterations, binds, set, bytes;
};

static void read_execute(struct cw_ttc_in *in, struct seen *seen)
{
	static struct cw_value values[CW_TTC_BINDS_MAX];
	struct cw_ttc_execute execute;

	cw_ttc_get_execute(in, &execute);
	if (cw_ttc_failed(in))
		return;
	seen->cursor = execute.cursor_id;
	seen->iterations = execute.al8i4[1];
	seen->binds = execute.bind_count;
	for (uint32_t i = 0; i < execute.bind_count; i++)
		if (!cw_ttc_bind_is_known(&execute.oac[i]))
			return;
	for (uint32_t row = 0; row < seen->iterations && row < 1000 && execute.bind_count > 0;
	     row++) {
		cw_ttc_get_bind_row(in, execute.oac, values, NULL, execute.bind_count,
				    !(execute.options & CW_EXEC_NOT_PLSQL));
		if (cw_ttc_failed(in))
			return;
		for (uint32_t i = 0; i < execute.bind_count; i++) {
			seen->set += values[i].state == CW_VALUE_SET;
			for (uint32_t b = 0; b < values[i].len; b++)
				seen->bytes = seen->bytes * 31 + values[i].at[b];
		}
	}
}

static void read_calls(struct cw_ttc_in *in, struct seen *seen)
{
	struct cw_ttc_call call = { .message = CW_TTC_PIGGYBACK };
	struct cw_ttc_reexecute reexecute;
	struct cw_ttc_piggyback piggyback;
	uint32_t cursor, rows;

	while (!cw_ttc_failed(in) && call.message == CW_TTC_PIGGYBACK && seen->functions < 100) {
		cw_ttc_get_call(in, &call);
		if (call.message == CW_TTC_PIGGYBACK)
			cw_ttc_get_piggyback(in, call.function, &piggyback);
		seen->functions++;
	}
	if (cw_ttc_failed(in) || call.message != CW_TTC_FUNCTION)
		return;
	switch (call.function) {
	case CW_FN_EXECUTE:
		read_execute(in, seen);
		break;
	case CW_FN_FETCH:
		cw_ttc_get_fetch(in, &cursor, &rows);
		break;
	case CW_FN_REEXECUTE:
	case CW_FN_REEXECUTE_AND_FETCH:
		cw_ttc_get_reexecute(in, &reexecute);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_cuts cuts = { { data + 1, size - 1 }, (uint32_t)size };
	struct cw_ttc_in whole, cut;
	struct seen seen[2] = { 0 };

	if (size < 1)
		return 0;
	ttc.chr_raw = data[0] & 1;
	ttc.field_version = data[0] & 2 ? CW_FV_23_4 : CW_FV_19_1_EXT1;
	whole = (struct cw_ttc_in){ .rd = cw_rd((struct cw_bytes){ data + 1, size - 1 }),
				    .ttc = &ttc,
				    .arena = &arenas[0],
				    .stable = true };
	cut = (struct cw_ttc_in){ .rd = { .more = cw_cuts_more, .source = &cuts },
				  .ttc = &ttc,
				  .arena = &arenas[1] };
	read_calls(&whole, &seen[0]);
	read_calls(&cut, &seen[1]);
	seen[0].failed = cw_ttc_failed(&whole);
	seen[1].failed = cw_ttc_failed(&cut);
	assert(seen[0].failed == seen[1].failed);
	if (!seen[0].failed)
		assert(memcmp(&seen[0], &seen[1], sizeof(seen[0])) == 0);
	cw_arena_reset(&arenas[0]);
	cw_arena_reset(&arenas[1]);
	return 0;
}

static void seed_execute(struct cw_wr *wr, const struct cw_ttc *ttc, bool plsql)
{
	struct cw_ttc_oac oac[2] = { cw_ttc_oac_of(CW_ORA_NUMBER, 22),
				     cw_ttc_oac_of(CW_ORA_VARCHAR2, 40000) };
	struct cw_value values[2] = { cw_value_set((struct cw_bytes){ (uint8_t *)"\xc1\x02", 2 }),
				      cw_value_set(cw_bytes_of("text")) };
	struct cw_ttc_execute execute = {
		.options = CW_EXEC_PARSE | CW_EXEC_EXECUTE | CW_EXEC_BIND |
			   (plsql ? CW_EXEC_IO_VECTOR : CW_EXEC_NOT_PLSQL),
		.sql = cw_bytes_of("insert into t values (:1, :2)"),
		.bind_count = 2,
		.oac = oac,
		.al8i4 = { 1, 3 },
	};
	uint32_t cursors[] = { 5, 300 };
	struct cw_ttc_piggyback piggyback = { .function = CW_FN_CLOSE_CURSORS,
					      .cursor_count = 2,
					      .cursor_id = cursors };

	cw_ttc_put_piggyback(wr, ttc, 1, &piggyback);
	cw_ttc_put_execute(wr, ttc, 2, &execute);
	for (int row = 0; row < 3; row++)
		cw_ttc_put_bind_row(wr, ttc, oac, values, NULL, 2, plsql);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_ttc_reexecute reexecute = { .cursor_id = 7, .iterations = 2 };

	cw_wr_u8(wr, index & 3);
	ttc.chr_raw = index & 1;
	ttc.field_version = index & 2 ? CW_FV_23_4 : CW_FV_19_1_EXT1;
	if (index < 4)
		seed_execute(wr, &ttc, index == 3);
	else if (index < 6)
		cw_ttc_put_fetch(wr, &ttc, 1, 5, 1000);
	else if (index < 8)
		cw_ttc_put_reexecute(wr, &ttc, 1, CW_FN_REEXECUTE, &reexecute);
	else
		return false;
	return true;
}
