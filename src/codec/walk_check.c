/* walk_check.c - see walk_parts.h */
#include "codec/walk_parts.h"

static struct walk_check *check_of(struct cw_ttc_trace *trace)
{
	return (struct walk_check *)trace;
}

/* Encode @field as its kind says, integers in one of the two ways. */
static void encode(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_field *field,
		   bool least)
{
	struct cw_pass pass = { .ttc = ttc, .wr = wr, .least = least };
	struct cw_bytes bytes = field->bytes;
	uint16_t u16 = (uint16_t)field->number;
	uint32_t u32 = (uint32_t)field->number;
	uint64_t u64 = field->number;
	int64_t sb8 = (int64_t)field->number;

	switch (field->kind) {
	case CW_FIELD_U8:
		cw_wr_u8(wr, (unsigned)field->number & 0xff);
		break;
	case CW_FIELD_U16BE:
		cw_pass_u16be(&pass, field->name, &u16);
		break;
	case CW_FIELD_U16LE:
		cw_pass_u16le(&pass, field->name, &u16);
		break;
	case CW_FIELD_U32BE:
		cw_pass_u32be(&pass, field->name, &u32);
		break;
	case CW_FIELD_LE:
		for (size_t i = 0; i < field->wire.len; i++)
			cw_wr_u8(wr, (unsigned)(field->number >> 8 * i) & 0xff);
		break;
	case CW_FIELD_UB:
		cw_pass_ub8(&pass, field->name, &u64);
		break;
	case CW_FIELD_SB:
		cw_pass_sb8(&pass, field->name, &sb8);
		break;
	case CW_FIELD_RAW:
		cw_wr_put(wr, bytes.at, bytes.len);
		break;
	case CW_FIELD_CLR:
	case CW_FIELD_VALUE:
		cw_pass_clr(&pass, field->name, &bytes, SIZE_MAX);
		break;
	case CW_FIELD_DALC:
		cw_pass_dalc(&pass, field->name, &bytes, SIZE_MAX);
		break;
	}
}

static bool is_same(struct cw_bytes a, struct cw_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static bool encodes_to(struct walk_check *check, const struct cw_field *field, bool least)
{
	cw_wr_reset(&check->wr);
	encode(&check->wr, &check->walk->ttc, field, least);
	return !cw_wr_failed(&check->wr) && is_same(cw_wr_bytes(&check->wr), field->wire);
}

/* Has the field's value other spellings than ours?  Integers and strings with a length have. */
static bool is_free(const struct cw_field *field)
{
	switch (field->kind) {
	case CW_FIELD_UB:
	case CW_FIELD_SB:
	case CW_FIELD_CLR:
	case CW_FIELD_VALUE:
	case CW_FIELD_DALC:
		return true;
	default:
		return false;
	}
}

static void check_field(struct cw_ttc_trace *trace, const struct cw_field *field)
{
	struct walk_check *check = check_of(trace);
	struct cw_walk *walk = check->walk;
	bool usual = encodes_to(check, field, false), least = encodes_to(check, field, true);

	if (field->wire.at != check->at)
		check->has_gap = true;
	check->at = field->wire.at + field->wire.len;
	walk->counts.fields++;
	if (strncmp(field->name, "unknown", 7) == 0) {
		walk->counts.unknown_fields++;
		walk->counts.unknown_bytes += field->wire.len;
	}
	check->odd_short += !usual;
	check->odd_least += !least;
	check->odd += !usual && !least;
	if (usual || least)
		walk->counts.fields_same++;
	else if (is_free(field))
		walk->counts.fields_respelled++;
	else
		check->has_bad = true;
	walk->listener->field(walk->listener, field);
}

static void check_enter(struct cw_ttc_trace *trace, const char *name, int64_t index)
{
	struct cw_walk *walk = check_of(trace)->walk;

	walk->listener->enter(walk->listener, name, index);
}

static void check_leave(struct cw_ttc_trace *trace)
{
	struct cw_walk *walk = check_of(trace)->walk;

	walk->listener->leave(walk->listener);
}

void walk_check_init(struct cw_walk *walk)
{
	walk->check = (struct walk_check){
		.trace = { .field = check_field, .enter = check_enter, .leave = check_leave },
		.walk = walk,
	};
}

void walk_check_begin(struct walk_check *check, const uint8_t *at)
{
	check->at = at;
	check->has_gap = check->has_bad = false;
	check->odd_short = check->odd_least = check->odd = 0;
}

bool walk_check_is_least(const struct walk_check *check)
{
	return check->odd_short > check->odd_least;
}

bool walk_check_rewrite(struct cw_walk *walk, const uint8_t *from, const uint8_t *to)
{
	struct cw_bytes came = { from, (size_t)(to - from) };
	bool is_unique = walk->check.odd_short == 0 || walk->check.odd_least == 0;

	if (!cw_wr_failed(&walk->rewrite) && is_same(cw_wr_bytes(&walk->rewrite), came)) {
		walk->counts.messages_same++;
		return true;
	}
	if (is_unique && !walk->ttc.native) /* no writer knows the native form */
		return false;
	walk->counts.messages_respelled++;
	return true;
}
