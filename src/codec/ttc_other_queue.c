/* ttc_other_queue.c - see ttc_other_parts.h */
#include "codec/ttc_other_parts.h"

#define MESSAGE_ID_BYTES 16u
#define AQ_ENQUEUE_ARRAY 1u

/* ---- queues --------------------------------------------------------------------------- */

static void read_properties(struct cw_pass *pass)
{
	uint32_t count = 0;

	cw_pass_sb4(pass, "priority", NULL);
	cw_pass_sb4(pass, "delay", NULL);
	cw_pass_sb4(pass, "expiration", NULL);
	cw_pass_text_dalc(pass, "correlation", NULL, OTHER_TEXT_MAX);
	cw_pass_sb4(pass, "attempts", NULL);
	cw_pass_text_dalc(pass, "exception queue", NULL, OTHER_TEXT_MAX);
	cw_pass_sb4(pass, "state", NULL);
	cw_pass_ub4(pass, "enqueue time there", &count);
	if (count > 0)
		cw_pass_clr(pass, "enqueue time", NULL, OTHER_TEXT_MAX);
	cw_pass_dalc(pass, "enqueue transaction", NULL, OTHER_TEXT_MAX);
	count = other_count(pass, "extensions");
	if (count > 0)
		cw_pass_u8(pass, "unknown, before extensions", NULL);
	other_keywords(pass, count);
	count = other_count(pass, "user properties");
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
		(void)other_head(pass, "extensions there", "extensions");
	(void)other_head(pass, "source sequence there", "length of source sequence");
	(void)other_head(pass, "largest sequence there", "length of largest sequence");
	cw_pass_pointer(pass, "length of acknowledgement wanted", NULL);
	(void)other_head(pass, "correlation there", "length of correlation");
	(void)other_head(pass, "sender name there", "length of sender name");
	(void)other_head(pass, "sender address there", "length of sender address");
	cw_pass_pointer(pass, "sender character set there", NULL);
	cw_pass_pointer(pass, "sender national character set there", NULL);
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

/* Behind the type id: an object, a quasi locator with OSON, or bytes. */
static void read_enqueued(struct cw_pass *pass, bool object, bool json, uint32_t raw_len)
{
	uint32_t locator_len = 0;

	if (object) {
		read_payload(pass);
	} else if (json) {
		cw_pass_ub4(pass, "length of locator", &locator_len);
		cw_pass_raw(pass, "locator", NULL, locator_len, OTHER_TEXT_MAX);
		cw_pass_clr(pass, "image", NULL, CW_TTC_VALUE_MAX);
	} else {
		cw_pass_raw(pass, "payload", NULL, raw_len, CW_TTC_VALUE_MAX);
	}
}

static void read_enqueue(struct cw_pass *pass)
{
	bool object = false, json = false;
	uint32_t recipients, raw_len, relative, type_len;
	struct cw_bytes type = { 0 };

	(void)other_head(pass, "queue there", "length of queue");
	read_properties(pass);
	recipients = other_list(pass, "recipients there", "recipients");
	cw_pass_ub4(pass, "visibility", NULL);
	relative = other_head(pass, "relative message there", "length of relative message");
	cw_pass_ub4(pass, "sequence deviation", NULL);
	type_len = other_head(pass, "payload type there", "length of payload type");
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_pointer(pass, "payload there", &object);
	raw_len = other_head(pass, "raw payload there", "length of raw payload");
	read_enqueue_heads(pass);
	if (pass->ttc->field_version >= CW_FV_20_1)
		cw_pass_pointer(pass, "JSON payload there", &json);
	cw_pass_text_clr(pass, "queue", NULL, OTHER_TEXT_MAX);
	other_keywords(pass, recipients);
	cw_pass_raw(pass, "relative message", NULL, relative, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "payload type", &type, type_len, OTHER_TEXT_MAX);
	json |= is_json_type(type); /* python-oracledb sends it to older servers as well */
	read_enqueued(pass, object, json, raw_len);
}

static void read_dequeue(struct cw_pass *pass)
{
	uint32_t consumer, message, correlation, type_len, condition;

	(void)other_head(pass, "queue there", "length of queue");
	cw_pass_pointer(pass, "properties wanted", NULL);
	cw_pass_pointer(pass, "length of properties wanted", NULL);
	cw_pass_pointer(pass, "recipients wanted", NULL);
	cw_pass_pointer(pass, "length of recipients wanted", NULL);
	consumer = other_head(pass, "consumer there", "length of consumer");
	cw_pass_sb4(pass, "mode", NULL);
	cw_pass_sb4(pass, "navigation", NULL);
	cw_pass_sb4(pass, "visibility", NULL);
	cw_pass_sb4(pass, "wait", NULL);
	message = other_head(pass, "message id there", "length of message id");
	correlation = other_head(pass, "correlation there", "length of correlation");
	type_len = other_head(pass, "payload type there", "length of payload type");
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_pointer(pass, "payload wanted", NULL);
	(void)other_head(pass, "message id wanted", "length of message id");
	cw_pass_ub4(pass, "flags", NULL);
	condition = other_head(pass, "condition there", "length of condition");
	(void)other_head(pass, "extensions there", "extensions");
	if (pass->ttc->field_version >= CW_FV_20_1)
		cw_pass_pointer(pass, "JSON payload there", NULL);
	if (pass->ttc->field_version >= CW_FV_21_1)
		cw_pass_ub4(pass, "shard", NULL);
	cw_pass_text_clr(pass, "queue", NULL, OTHER_TEXT_MAX);
	if (consumer > 0)
		cw_pass_text_clr(pass, "consumer", NULL, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "message id", NULL, message, OTHER_TEXT_MAX);
	if (correlation > 0)
		cw_pass_text_clr(pass, "correlation", NULL, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "payload type", NULL, type_len, OTHER_TEXT_MAX);
	if (condition > 0)
		cw_pass_text_clr(pass, "condition", NULL, OTHER_TEXT_MAX);
}

static void read_recipients(struct cw_pass *pass)
{
	uint32_t count = other_count(pass, "recipients");

	if (count > 0)
		cw_pass_u8(pass, "unknown, before recipients", NULL);
	other_keywords(pass, count);
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
	cw_pass_raw(pass, "message id", NULL, MESSAGE_ID_BYTES, OTHER_TEXT_MAX);
}

static void read_array_dequeue(struct cw_pass *pass, uint32_t count)
{
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "message", i);
		cw_pass_text_dalc(pass, "queue", NULL, OTHER_TEXT_MAX);
		read_properties(pass);
		cw_pass_ub4(pass, "recipients", NULL);
		cw_pass_text_dalc(pass, "consumer", NULL, OTHER_TEXT_MAX);
		cw_pass_sb4(pass, "mode", NULL);
		cw_pass_sb4(pass, "navigation", NULL);
		cw_pass_sb4(pass, "visibility", NULL);
		cw_pass_sb4(pass, "wait", NULL);
		cw_pass_dalc(pass, "message id", NULL, OTHER_TEXT_MAX);
		cw_pass_text_dalc(pass, "correlation", NULL, OTHER_TEXT_MAX);
		cw_pass_text_dalc(pass, "condition", NULL, OTHER_TEXT_MAX);
		cw_pass_ub4(pass, "extensions", NULL);
		cw_pass_ub4(pass, "relative message", NULL);
		cw_pass_sb4(pass, "sequence deviation", NULL);
		cw_pass_dalc(pass, "payload type", NULL, OTHER_TEXT_MAX);
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

static void read_array_enqueue(struct cw_pass *pass, uint32_t count)
{
	struct cw_bytes type = { 0 };

	cw_pass_ub4(pass, "length of relative message", NULL);
	cw_pass_u8(pass, "message", NULL);
	cw_pass_text_dalc(pass, "queue", NULL, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "payload type", &type, MESSAGE_ID_BYTES, OTHER_TEXT_MAX);
	cw_pass_ub2(pass, "payload version", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		uint32_t recipients, raw_len = 0;
		bool json = is_json_type(type), object = !json && !is_raw_type(type);

		cw_pass_enter(pass, "message", i);
		cw_pass_u8(pass, "message", NULL);
		cw_pass_ub4(pass, "flags", NULL);
		read_properties(pass);
		recipients = other_count(pass, "recipients");
		other_keywords(pass, recipients);
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

void other_read_queue_array(struct cw_pass *pass, struct cw_ttc_other *other)
{
	int32_t operation = 0;
	uint32_t count;

	count = other_head(pass, "input there", "messages");
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_pointer(pass, "output wanted", NULL);
	cw_pass_pointer(pass, "length of output wanted", NULL);
	cw_pass_sb4(pass, "operation", &operation);
	cw_pass_pointer(pass, "messages wanted", NULL);
	if (pass->ttc->field_version >= CW_FV_21_1)
		cw_pass_ub4(pass, "shard", NULL);
	other->operation = (uint32_t)operation;
	if (other->operation == AQ_ENQUEUE_ARRAY) {
		other->iterations = other_count(pass, "messages");
		read_array_enqueue(pass, other->iterations);
	} else {
		other->iterations = count;
		read_array_dequeue(pass, count);
	}
}

void other_read_queue_array_answer(struct cw_pass *pass, const struct cw_ttc_other *other)
{
	uint32_t count = other_count(pass, "messages");

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

static void read_enqueue_answer(struct cw_pass *pass)
{
	cw_pass_raw(pass, "message id", NULL, MESSAGE_ID_BYTES, OTHER_TEXT_MAX);
	cw_pass_ub2(pass, "extensions", NULL);
}

/* ---- notification ----------------------------------------------------------------------- */

static void read_registration(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "namespace", NULL);
	cw_pass_text_dalc(pass, "name", NULL, OTHER_TEXT_MAX);
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
	user = other_head(pass, "user there", "length of user");
	location = other_head(pass, "location there", "length of location");
	(void)other_head(pass, "registrations there", "registrations");
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
		(void)other_head(pass, "client id wanted", "length of client id");
		cw_pass_pointer(pass, "length of client id wanted", NULL);
	}
	if (user > 0)
		cw_pass_text_clr(pass, "user", NULL, OTHER_TEXT_MAX);
	if (location > 0)
		cw_pass_clr(pass, "location", NULL, OTHER_TEXT_MAX);
	read_registration(pass);
}

static void read_subscribe_answer(struct cw_pass *pass)
{
	uint32_t count = other_count(pass, "registrations");
	bool new = pass->ttc->field_version >= CW_FV_12_1;

	other_words(pass, "registration", count);
	other_words(pass, "registration id, short", count);
	count = other_count(pass, "generic registrations");
	while (count-- > 0 && !cw_pass_failed(pass)) {
		cw_pass_ub8(pass, "registration id", NULL);
		if (new)
			cw_pass_dalc(pass, "subscriber", NULL, OTHER_TEXT_MAX);
	}
	for (int list = 0; new &&list < 2; list++) {
		count = other_count(pass, list == 0 ? "instances" : "listeners");
		while (count-- > 0 && !cw_pass_failed(pass))
			cw_pass_text_dalc(pass, list == 0 ? "instance" : "listener", NULL,
					  OTHER_TEXT_MAX);
	}
	if (new)
		cw_pass_dalc(pass, "client id", NULL, OTHER_TEXT_MAX);
}

static void read_notify(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "length of client id", NULL);
	cw_pass_clr(pass, "client id", NULL, OTHER_TEXT_MAX);
	cw_pass_u8(pass, "request", NULL);
	cw_pass_ub4(pass, "unknown, 0", NULL);
}

const struct other_function other_queue[] = {
	{ CW_FN_AQ_ENQUEUE, read_enqueue, read_enqueue_answer },
	{ CW_FN_AQ_DEQUEUE, read_dequeue, read_dequeue_answer },
	{ CW_FN_SUBSCRIBE, read_subscribe, read_subscribe_answer },
	{ CW_FN_NOTIFY, read_notify, NULL },
	{ 0, NULL, NULL },
};
