/* ttc_other.c - see ttc_other.h */
#include "codec/ttc_other.h"

#define COUNT_MAX	 65536u
#define TEXT_MAX	 65536u
#define MESSAGE_ID_BYTES 16u
#define AQ_ENQUEUE_ARRAY 1u

enum piece_flags { PIECE_FAST_ROW = 0x20 }; /* of direct path load */

static uint32_t get_count(struct cw_pass *pass, const char *name)
{
	uint32_t count = 0;

	cw_pass_ub4(pass, name, &count);
	if (count > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	return cw_pass_failed(pass) ? 0 : count;
}

/* A pointer byte and a length; 0 if there is nothing. */
static uint32_t get_head(struct cw_pass *pass, const char *pointer, const char *length)
{
	uint32_t len = 0;
	bool there = false;

	cw_pass_pointer(pass, pointer, &there);
	cw_pass_ub4(pass, length, &len);
	return there ? len : 0;
}

static void read_words(struct cw_pass *pass, const char *name, uint32_t count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		cw_pass_ub4(pass, name, NULL);
}

static void read_keywords(struct cw_pass *pass, uint32_t count)
{
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		struct cw_ttc_keyword keyword = { 0 };

		cw_pass_enter(pass, "keyword", i);
		cw_ttc_pass_keyword(pass, &keyword);
		cw_pass_leave(pass);
	}
}

/* ---- transactions ------------------------------------------------------------------- */

static uint32_t read_xid_head(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "format of transaction id", NULL);
	cw_pass_ub4(pass, "length of global part", NULL);
	cw_pass_ub4(pass, "length of branch part", NULL);
	return get_head(pass, "transaction id there", "length of transaction id");
}

static void read_switch(struct cw_pass *pass)
{
	uint32_t context, xid, internal, external;

	cw_pass_ub4(pass, "operation", NULL);
	context = get_head(pass, "context there", "length of context");
	xid = read_xid_head(pass);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_ub4(pass, "timeout", NULL);
	cw_pass_pointer(pass, "application value wanted", NULL);
	cw_pass_pointer(pass, "context wanted", NULL);
	cw_pass_pointer(pass, "length of context wanted", NULL);
	internal = get_head(pass, "internal name there", "length of internal name");
	external = get_head(pass, "external name there", "length of external name");
	cw_pass_raw(pass, "context", NULL, context, TEXT_MAX);
	cw_pass_raw(pass, "transaction id", NULL, xid, TEXT_MAX);
	cw_pass_ub4(pass, "application value", NULL);
	cw_pass_text_raw(pass, "internal name", NULL, internal, TEXT_MAX);
	cw_pass_text_raw(pass, "external name", NULL, external, TEXT_MAX);
}

static void read_switch_answer(struct cw_pass *pass)
{
	uint16_t len = 0;

	cw_pass_ub4(pass, "application value", NULL);
	cw_pass_ub2(pass, "length of context", &len);
	cw_pass_raw(pass, "context", NULL, len, TEXT_MAX);
}

static void read_change_state(struct cw_pass *pass)
{
	uint32_t context, xid;

	cw_pass_ub4(pass, "operation", NULL);
	context = get_head(pass, "context there", "length of context");
	xid = read_xid_head(pass);
	cw_pass_ub4(pass, "timeout", NULL);
	cw_pass_ub4(pass, "state", NULL);
	cw_pass_pointer(pass, "state wanted", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_raw(pass, "context", NULL, context, TEXT_MAX);
	cw_pass_raw(pass, "transaction id", NULL, xid, TEXT_MAX);
}

/* ---- queues --------------------------------------------------------------------------- */

static void read_properties(struct cw_pass *pass)
{
	uint32_t count = 0;

	cw_pass_sb4(pass, "priority", NULL);
	cw_pass_sb4(pass, "delay", NULL);
	cw_pass_sb4(pass, "expiration", NULL);
	cw_pass_text_dalc(pass, "correlation", NULL, TEXT_MAX);
	cw_pass_sb4(pass, "attempts", NULL);
	cw_pass_text_dalc(pass, "exception queue", NULL, TEXT_MAX);
	cw_pass_sb4(pass, "state", NULL);
	cw_pass_ub4(pass, "enqueue time there", &count);
	if (count > 0)
		cw_pass_clr(pass, "enqueue time", NULL, TEXT_MAX);
	cw_pass_dalc(pass, "enqueue transaction", NULL, TEXT_MAX);
	count = get_count(pass, "extensions");
	if (count > 0)
		cw_pass_u8(pass, "unknown, before extensions", NULL);
	read_keywords(pass, count);
	count = get_count(pass, "user properties");
	if (count > 0)
		(void)cw_pass_bad(pass, "a queue message has user properties");
	cw_pass_ub4(pass, "csn", NULL);
	cw_pass_ub4(pass, "dsn", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	if (pass->ttc->field_version >= CW_FV_21_1)
		cw_pass_ub4(pass, "shard", NULL);
}

static void read_payload(struct cw_pass *pass)
{
	static const struct cw_ttc_form object = { .place = CW_IN_ROW,
						   .ora_type = 109 /* CW_ORA_OBJECT */ };
	struct cw_ttc_item item = { 0 };

	cw_pass_enter(pass, "payload", -1);
	cw_ttc_pass_item(pass, &object, &item);
	cw_pass_leave(pass);
}

static void read_enqueue_heads(struct cw_pass *pass)
{
	cw_pass_pointer(pass, "message id wanted", NULL);
	cw_pass_ub4(pass, "length of message id", NULL);
	cw_pass_ub4(pass, "enqueue flags", NULL);
	for (int i = 0; i < 2; i++)
		(void)get_head(pass, "extensions there", "extensions");
	(void)get_head(pass, "source sequence there", "length of source sequence");
	(void)get_head(pass, "largest sequence there", "length of largest sequence");
	cw_pass_pointer(pass, "length of acknowledgement wanted", NULL);
	(void)get_head(pass, "correlation there", "length of correlation");
	(void)get_head(pass, "sender name there", "length of sender name");
	(void)get_head(pass, "sender address there", "length of sender address");
	cw_pass_pointer(pass, "sender character set there", NULL);
	cw_pass_pointer(pass, "sender national character set there", NULL);
}

/* Behind the type id: an object, a quasi locator with OSON, or bytes. */
static void read_enqueued(struct cw_pass *pass, bool object, bool json, uint32_t raw_len)
{
	uint32_t locator_len = 0;

	if (object) {
		read_payload(pass);
	} else if (json) {
		cw_pass_ub4(pass, "length of locator", &locator_len);
		cw_pass_raw(pass, "locator", NULL, locator_len, TEXT_MAX);
		cw_pass_clr(pass, "image", NULL, CW_TTC_VALUE_MAX);
	} else {
		cw_pass_raw(pass, "payload", NULL, raw_len, CW_TTC_VALUE_MAX);
	}
}

static void read_enqueue(struct cw_pass *pass)
{
	bool object = false, json = false;
	uint32_t recipients, raw_len, relative, type_len;

	(void)get_head(pass, "queue there", "length of queue");
	read_properties(pass);
	recipients = get_head(pass, "recipients there", "recipients");
	cw_pass_ub4(pass, "visibility", NULL);
	relative = get_head(pass, "relative message there", "length of relative message");
	cw_pass_ub4(pass, "sequence deviation", NULL);
	type_len = get_head(pass, "payload type there", "length of payload type");
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_pointer(pass, "payload there", &object);
	raw_len = get_head(pass, "raw payload there", "length of raw payload");
	read_enqueue_heads(pass);
	if (pass->ttc->field_version >= CW_FV_20_1)
		cw_pass_pointer(pass, "JSON payload there", &json);
	cw_pass_text_clr(pass, "queue", NULL, TEXT_MAX);
	if (recipients > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	read_keywords(pass, recipients);
	cw_pass_raw(pass, "relative message", NULL, relative, TEXT_MAX);
	cw_pass_raw(pass, "payload type", NULL, type_len, TEXT_MAX);
	read_enqueued(pass, object, json, raw_len);
}

static void read_dequeue(struct cw_pass *pass)
{
	uint32_t consumer, message, correlation, type_len, condition;

	(void)get_head(pass, "queue there", "length of queue");
	cw_pass_pointer(pass, "properties wanted", NULL);
	cw_pass_pointer(pass, "length of properties wanted", NULL);
	cw_pass_pointer(pass, "recipients wanted", NULL);
	cw_pass_pointer(pass, "length of recipients wanted", NULL);
	consumer = get_head(pass, "consumer there", "length of consumer");
	cw_pass_sb4(pass, "mode", NULL);
	cw_pass_sb4(pass, "navigation", NULL);
	cw_pass_sb4(pass, "visibility", NULL);
	cw_pass_sb4(pass, "wait", NULL);
	message = get_head(pass, "message id there", "length of message id");
	correlation = get_head(pass, "correlation there", "length of correlation");
	type_len = get_head(pass, "payload type there", "length of payload type");
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_pointer(pass, "payload wanted", NULL);
	(void)get_head(pass, "message id wanted", "length of message id");
	cw_pass_ub4(pass, "flags", NULL);
	condition = get_head(pass, "condition there", "length of condition");
	(void)get_head(pass, "extensions there", "extensions");
	if (pass->ttc->field_version >= CW_FV_20_1)
		cw_pass_pointer(pass, "JSON payload there", NULL);
	if (pass->ttc->field_version >= CW_FV_21_1)
		cw_pass_ub4(pass, "shard", NULL);
	cw_pass_text_clr(pass, "queue", NULL, TEXT_MAX);
	if (consumer > 0)
		cw_pass_text_clr(pass, "consumer", NULL, TEXT_MAX);
	cw_pass_raw(pass, "message id", NULL, message, TEXT_MAX);
	if (correlation > 0)
		cw_pass_text_clr(pass, "correlation", NULL, TEXT_MAX);
	cw_pass_raw(pass, "payload type", NULL, type_len, TEXT_MAX);
	if (condition > 0)
		cw_pass_text_clr(pass, "condition", NULL, TEXT_MAX);
}

static void read_recipients(struct cw_pass *pass)
{
	uint32_t count = get_count(pass, "recipients");

	if (count > 0)
		cw_pass_u8(pass, "unknown, before recipients", NULL);
	read_keywords(pass, count);
}

static void read_dequeue_answer(struct cw_pass *pass)
{
	uint32_t there = 0;

	cw_pass_ub4(pass, "message there", &there);
	if (there == 0)
		return;
	read_properties(pass);
	read_recipients(pass);
	read_payload(pass);
	cw_pass_raw(pass, "message id", NULL, MESSAGE_ID_BYTES, TEXT_MAX);
}

static void read_array_dequeue(struct cw_pass *pass, uint32_t count)
{
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "message", i);
		cw_pass_text_dalc(pass, "queue", NULL, TEXT_MAX);
		read_properties(pass);
		cw_pass_ub4(pass, "recipients", NULL);
		cw_pass_text_dalc(pass, "consumer", NULL, TEXT_MAX);
		cw_pass_sb4(pass, "mode", NULL);
		cw_pass_sb4(pass, "navigation", NULL);
		cw_pass_sb4(pass, "visibility", NULL);
		cw_pass_sb4(pass, "wait", NULL);
		cw_pass_dalc(pass, "message id", NULL, TEXT_MAX);
		cw_pass_text_dalc(pass, "correlation", NULL, TEXT_MAX);
		cw_pass_text_dalc(pass, "condition", NULL, TEXT_MAX);
		cw_pass_ub4(pass, "extensions", NULL);
		cw_pass_ub4(pass, "relative message", NULL);
		cw_pass_sb4(pass, "sequence deviation", NULL);
		cw_pass_dalc(pass, "payload type", NULL, TEXT_MAX);
		cw_pass_ub2(pass, "payload version", NULL);
		cw_pass_ub4(pass, "length of payload", NULL);
		cw_pass_ub4(pass, "length of raw payload", NULL);
		cw_pass_ub4(pass, "unknown", NULL);
		cw_pass_ub4(pass, "flags", NULL);
		cw_pass_ub4(pass, "length of extensions", NULL);
		cw_pass_ub4(pass, "length of source sequence", NULL);
		cw_pass_leave(pass);
	}
}

/* Whether a payload is raw is not said: a type id of zeros and 0x17 says it. */
static bool is_raw_type(struct cw_bytes type)
{
	for (size_t i = 0; i + 1 < type.len; i++)
		if (type.at[i] != 0)
			return false;
	return type.len > 0 && type.at[type.len - 1] == 0x17;
}

static bool is_json_type(struct cw_bytes type)
{
	return type.len > 0 && !is_raw_type(type) && type.at[0] == 0 &&
	       type.at[type.len - 1] == 0x47;
}

static void read_array_enqueue(struct cw_pass *pass, uint32_t count)
{
	struct cw_bytes type = { 0 };

	cw_pass_ub4(pass, "length of relative message", NULL);
	cw_pass_u8(pass, "message", NULL);
	cw_pass_text_dalc(pass, "queue", NULL, TEXT_MAX);
	cw_pass_raw(pass, "payload type", &type, MESSAGE_ID_BYTES, TEXT_MAX);
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		uint32_t recipients, raw_len = 0;
		bool json = is_json_type(type), object = !json && !is_raw_type(type);

		cw_pass_enter(pass, "message", i);
		cw_pass_u8(pass, "message", NULL);
		cw_pass_ub4(pass, "flags", NULL);
		read_properties(pass);
		recipients = get_count(pass, "recipients");
		read_keywords(pass, recipients);
		cw_pass_sb4(pass, "visibility", NULL);
		cw_pass_ub4(pass, "relative message", NULL);
		cw_pass_sb4(pass, "sequence deviation", NULL);
		if (!json && !object)
			cw_pass_ub4(pass, "length of payload", &raw_len);
		read_enqueued(pass, object, json, raw_len);
		cw_pass_leave(pass);
	}
	cw_pass_u8(pass, "end of messages", NULL);
}

static void read_array(struct cw_pass *pass, struct cw_ttc_other *other)
{
	int32_t operation = 0;
	uint32_t count;

	count = get_head(pass, "input there", "messages");
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_pointer(pass, "output wanted", NULL);
	cw_pass_pointer(pass, "length of output wanted", NULL);
	cw_pass_sb4(pass, "operation", &operation);
	cw_pass_pointer(pass, "messages wanted", NULL);
	if (pass->ttc->field_version >= CW_FV_21_1)
		cw_pass_ub4(pass, "shard", NULL);
	other->operation = (uint32_t)operation;
	if (other->operation == AQ_ENQUEUE_ARRAY) {
		other->iterations = get_count(pass, "messages");
		read_array_enqueue(pass, other->iterations);
	} else {
		other->iterations = count;
		read_array_dequeue(pass, count);
	}
}

static void read_array_answer(struct cw_pass *pass, const struct cw_ttc_other *other)
{
	uint32_t count = get_count(pass, "messages");

	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		uint16_t there = 0;

		cw_pass_enter(pass, "message", i);
		cw_pass_ub2(pass, "properties there", &there);
		if (there > 0) {
			cw_pass_u8(pass, "unknown, before properties", NULL);
			read_properties(pass);
		}
		read_recipients(pass);
		there = 0;
		cw_pass_ub2(pass, "payload there", &there);
		if (there > 0)
			read_payload(pass);
		cw_pass_dalc(pass, "message ids", NULL, CW_TTC_VALUE_MAX);
		cw_pass_ub2(pass, "extensions", NULL);
		cw_pass_ub2(pass, "acknowledgement", NULL);
		cw_pass_leave(pass);
	}
	if (other->operation == AQ_ENQUEUE_ARRAY)
		cw_pass_ub4(pass, "messages", NULL);
}

/* ---- direct path load -------------------------------------------------------------------- */

static void read_load_prepare(struct cw_pass *pass)
{
	bool there = false;
	uint32_t keywords;
	uint16_t words = 0;

	cw_pass_ub4(pass, "operation", NULL);
	keywords = get_head(pass, "keywords there", "keywords");
	cw_pass_pointer(pass, "words there", &there);
	cw_pass_ub2(pass, "words", &words);
	cw_pass_pointer(pass, "columns wanted", NULL);
	cw_pass_pointer(pass, "number of columns wanted", NULL);
	cw_pass_pointer(pass, "parameters wanted", NULL);
	cw_pass_pointer(pass, "number of parameters wanted", NULL);
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	if (keywords > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	for (uint32_t i = 0; i < keywords && !cw_pass_failed(pass); i++) {
		uint16_t text_len = 0, value_len = 0;

		cw_pass_enter(pass, "keyword", i);
		cw_pass_ub2(pass, "length of text", &text_len);
		if (text_len > 0)
			cw_pass_text_clr(pass, "text", NULL, TEXT_MAX);
		cw_pass_ub2(pass, "length of value", &value_len);
		if (value_len > 0)
			cw_pass_text_clr(pass, "value", NULL, TEXT_MAX);
		cw_pass_ub2(pass, "keyword", NULL);
		cw_pass_leave(pass);
	}
	read_words(pass, "word", words);
}

static void read_load_prepare_answer(struct cw_pass *pass)
{
	uint32_t columns = get_count(pass, "columns");
	uint16_t count = 0;

	for (uint32_t i = 0; i < columns && !cw_pass_failed(pass); i++) {
		struct cw_ttc_column column = { 0 };

		cw_pass_enter(pass, "column", i);
		cw_ttc_pass_column(pass, &column);
		cw_pass_leave(pass);
	}
	cw_pass_ub2(pass, "parameters", &count);
	if (count > 0)
		(void)cw_pass_bad(pass, "a direct path load has parameters");
	count = 0;
	cw_pass_ub2(pass, "words", &count);
	read_words(pass, "word", count);
}

/* u8 flags, [u16be length], u8 segments; a segment is u8 length and bytes, 255 NULL, 254 u16be. */
static void read_piece(struct cw_pass *pass)
{
	uint8_t flags = 0, segments = 0;

	cw_pass_u8(pass, "flags", &flags);
	if (flags & PIECE_FAST_ROW)
		cw_pass_u16be(pass, "length of piece", NULL);
	cw_pass_u8(pass, "segments", &segments);
	while (segments-- > 0 && !cw_pass_failed(pass)) {
		uint8_t len = 0;
		uint16_t long_len = 0;

		cw_pass_u8(pass, "length of segment", &len);
		if (len == CW_CLR_CHUNKED)
			cw_pass_u16be(pass, "long length of segment", &long_len);
		else if (len != CW_CLR_NULL)
			long_len = len;
		cw_pass_raw(pass, "segment", NULL, long_len, UINT16_MAX);
	}
}

static void read_load_stream(struct cw_pass *pass)
{
	uint32_t len, words;
	const uint8_t *from;

	cw_pass_ub2(pass, "cursor", NULL);
	len = get_head(pass, "rows there", "length of rows");
	cw_pass_ub4(pass, "version of stream", NULL);
	words = get_head(pass, "words there", "words");
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	if (words > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	read_words(pass, "word", words);
	if (cw_pass_failed(pass))
		return;
	/* Who traces has the message in one run; nobody else reads this. */
	from = pass->in->rd.at;
	for (uint32_t i = 0; (size_t)(pass->in->rd.at - from) < len && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "piece", i);
		read_piece(pass);
		cw_pass_leave(pass);
	}
}

static void read_load_op(struct cw_pass *pass)
{
	uint32_t words;

	cw_pass_ub4(pass, "operation", NULL);
	cw_pass_ub2(pass, "cursor", NULL);
	words = get_head(pass, "words there", "words");
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	if (words > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	read_words(pass, "word", words);
}

static void read_load_answer(struct cw_pass *pass)
{
	uint16_t count = 0;

	cw_pass_ub2(pass, "words", &count);
	read_words(pass, "word", count);
}

/* ---- notification ----------------------------------------------------------------------- */

static void read_registration(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "namespace", NULL);
	cw_pass_text_dalc(pass, "name", NULL, TEXT_MAX);
	cw_pass_ub4(pass, "length of context", NULL);
	cw_pass_ub4(pass, "payload type", NULL);
	cw_pass_ub4(pass, "quality of service", NULL);
	cw_pass_ub4(pass, "length of payload callback", NULL);
	cw_pass_ub4(pass, "timeout", NULL);
	cw_pass_ub4(pass, "kpdnsd", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_ub4(pass, "change lag", NULL);
	cw_pass_ub4(pass, "change registration", NULL);
	cw_pass_u8(pass, "grouping class", NULL);
	cw_pass_ub4(pass, "grouping value", NULL);
	cw_pass_u8(pass, "grouping type", NULL);
	cw_pass_ub4(pass, "grouping start", NULL);
	cw_pass_sb4(pass, "grouping repeat count", NULL);
	cw_pass_ub8(pass, "registration id", NULL);
}

static void read_subscribe(struct cw_pass *pass)
{
	uint32_t user, location;

	cw_pass_u8(pass, "operation", NULL);
	cw_pass_ub4(pass, "mode", NULL);
	user = get_head(pass, "user there", "length of user");
	location = get_head(pass, "location there", "length of location");
	(void)get_head(pass, "registrations there", "registrations");
	cw_pass_ub2(pass, "presentation", NULL);
	cw_pass_ub2(pass, "version", NULL);
	cw_pass_pointer(pass, "namespace attributes wanted", NULL);
	cw_pass_pointer(pass, "number of them wanted", NULL);
	cw_pass_pointer(pass, "generic attributes wanted", NULL);
	cw_pass_pointer(pass, "number of them wanted", NULL);
	if (pass->ttc->field_version >= CW_FV_12_1) {
		cw_pass_pointer(pass, "kpninst", NULL);
		cw_pass_pointer(pass, "kpninstl", NULL);
		cw_pass_pointer(pass, "kpngcret", NULL);
		cw_pass_pointer(pass, "kpngcretl", NULL);
		(void)get_head(pass, "client id wanted", "length of client id");
		cw_pass_pointer(pass, "length of client id wanted", NULL);
	}
	if (user > 0)
		cw_pass_text_clr(pass, "user", NULL, TEXT_MAX);
	if (location > 0)
		cw_pass_clr(pass, "location", NULL, TEXT_MAX);
	read_registration(pass);
}

static void read_subscribe_answer(struct cw_pass *pass)
{
	uint32_t count = get_count(pass, "registrations");
	bool new = pass->ttc->field_version >= CW_FV_12_1;

	read_words(pass, "registration", count);
	read_words(pass, "registration id, short", count);
	count = get_count(pass, "generic registrations");
	while (count-- > 0 && !cw_pass_failed(pass)) {
		cw_pass_ub8(pass, "registration id", NULL);
		if (new)
			cw_pass_dalc(pass, "subscriber", NULL, TEXT_MAX);
	}
	for (int list = 0; new && list < 2; list++) {
		count = get_count(pass, list == 0 ? "instances" : "listeners");
		while (count-- > 0 && !cw_pass_failed(pass))
			cw_pass_text_dalc(pass, list == 0 ? "instance" : "listener", NULL, TEXT_MAX);
	}
	if (new)
		cw_pass_dalc(pass, "client id", NULL, TEXT_MAX);
}

static void read_notify(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "length of client id", NULL);
	cw_pass_clr(pass, "client id", NULL, TEXT_MAX);
	cw_pass_u8(pass, "request", NULL);
	cw_pass_ub4(pass, "unknown, 0", NULL);
}

/* ---- sessions ---------------------------------------------------------------------------- */

static void read_session_release(struct cw_pass *pass)
{
	bool there = false;
	uint8_t len = 0;

	cw_pass_pointer(pass, "tag there", &there);
	cw_pass_u8(pass, "length of tag", &len);
	cw_pass_ub4(pass, "mode", NULL);
	if (there && len > 0)
		cw_pass_text_clr(pass, "tag", NULL, TEXT_MAX);
}

static void read_security_context(struct cw_pass *pass)
{
	uint32_t count;

	cw_pass_ub4(pass, "flags", NULL);
	count = get_head(pass, "pairs there", "pairs");
	if (count > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_ub4(pass, "pair flags", NULL);
		cw_pass_text_dalc(pass, "key", NULL, TEXT_MAX);
		cw_pass_text_dalc(pass, "text", NULL, TEXT_MAX);
		cw_pass_dalc(pass, "value", NULL, CW_TTC_VALUE_MAX);
	}
}

/* What JDBC tells of itself, as "512,0,0,0", in front of its LOGOFF. */
static void read_client_features(struct cw_pass *pass)
{
	uint32_t len = get_head(pass, "features there", "length of features");

	cw_pass_ub4(pass, "unknown, before features", NULL);
	cw_pass_text_raw(pass, "features", NULL, len, TEXT_MAX);
}

static void read_version(struct cw_pass *pass)
{
	(void)get_head(pass, "banner wanted", "length of banner");
	cw_pass_pointer(pass, "length of banner wanted", NULL);
	cw_pass_pointer(pass, "version wanted", NULL);
	if (pass->ttc->field_version >= CW_FV_18_1_EXT1)
		cw_pass_ub4(pass, "format of version", NULL);
}

static void read_version_answer(struct cw_pass *pass)
{
	uint16_t len = 0;

	cw_pass_ub2(pass, "length of banner", &len);
	cw_pass_chr(pass, "banner", NULL, len, TEXT_MAX);
	cw_pass_ub4(pass, "version", NULL);
}

static void read_pipeline_end(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "pipeline", NULL);
}

static void read_state(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "state", NULL);
}

static void read_enqueue_answer(struct cw_pass *pass)
{
	cw_pass_raw(pass, "message id", NULL, MESSAGE_ID_BYTES, TEXT_MAX);
	cw_pass_ub2(pass, "extensions", NULL);
}

/* ---- which is which ------------------------------------------------------------------------ */

/* AQ_ARRAY alone has an answer that depends on the request. */
static const struct {
	uint8_t function;
	void (*read)(struct cw_pass *pass);
	void (*read_answer)(struct cw_pass *pass); /* NULL: it has no PARAMETER */
} others[] = {
	{ CW_FN_VERSION, read_version, read_version_answer },
	{ CW_FN_TPC_SWITCH, read_switch, read_switch_answer },
	{ CW_FN_TPC_CHANGE_STATE, read_change_state, read_state },
	{ CW_FN_AQ_ENQUEUE, read_enqueue, read_enqueue_answer },
	{ CW_FN_AQ_DEQUEUE, read_dequeue, read_dequeue_answer },
	{ CW_FN_SUBSCRIBE, read_subscribe, read_subscribe_answer },
	{ CW_FN_NOTIFY, read_notify, NULL },
	{ CW_FN_LOAD_PREPARE, read_load_prepare, read_load_prepare_answer },
	{ CW_FN_LOAD_STREAM, read_load_stream, read_load_answer },
	{ CW_FN_LOAD_OP, read_load_op, read_load_answer },
	{ CW_FN_SESSION_RELEASE, read_session_release, NULL },
	{ CW_FN_CLIENT_FEATURES, read_client_features, NULL },
	{ CW_FN_PIPELINE_END, read_pipeline_end, NULL },
	{ CW_FN_SECURITY_CONTEXT, read_security_context, NULL },
};

bool cw_ttc_other_is_known(uint8_t function)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++)
		if (others[i].function == function)
			return true;
	return function == CW_FN_AQ_ARRAY;
}

void cw_ttc_read_other(struct cw_pass *pass, struct cw_ttc_other *other)
{
	if (other->function == CW_FN_AQ_ARRAY) {
		read_array(pass, other);
		return;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++) {
		if (others[i].function != other->function)
			continue;
		others[i].read(pass);
		return;
	}
	(void)cw_pass_bad(pass, "an unknown function");
}

void cw_ttc_read_other_answer(struct cw_pass *pass, const struct cw_ttc_other *other)
{
	if (other->function == CW_FN_AQ_ARRAY) {
		read_array_answer(pass, other);
		return;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++) {
		if (others[i].function != other->function || !others[i].read_answer)
			continue;
		others[i].read_answer(pass);
		return;
	}
	(void)cw_pass_bad(pass, "parameters of a function that returns none");
}
