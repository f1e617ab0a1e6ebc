/*
 * json.h - what stands under a key of a JSON object, or nothing
 *
 * Owns		nothing; text is good as long as the object
 * Threads	any
 */
#ifndef CW_CONTROL_JSON_H
#define CW_CONTROL_JSON_H

#include <jansson.h>
#include <stdint.h>

/* "" when there is no text. */
static inline const char *cw_json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* 0 when there is no number; a fraction is cut off. */
static inline int64_t cw_json_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (int64_t)json_integer_value(value)
				      : (int64_t)json_number_value(value);
}

#endif
