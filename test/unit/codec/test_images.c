/*
 * test_images.c - JSON and VECTOR images of a 23ai server as text
 *
 * The images are in test/recordings/handshakes; what each JSON one means stands in the tests
 * of the driver that made them (python-oracledb 4.0.1).
 */
#include "codec/oson.h"
#include "codec/show.h"
#include "codec/vector.h"
#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *recording(const char *name)
{
	static char room[1 << 16];
	const char *folder = getenv("CW_RECORDINGS");
	char path[1024];
	FILE *file;
	size_t len;

	(void)snprintf(path, sizeof(path), "%s/handshakes/%s", folder ? folder : "test/recordings",
		       name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(room, 1, sizeof(room) - 1, file);
	(void)fclose(file);
	room[len] = '\0';
	return room;
}

/* The hex behind @key, the first after the place where @name stands. */
static struct cw_bytes image_of(const char *text, const char *name, const char *key,
				uint8_t room[4096])
{
	char quoted[80];
	size_t len = 0;
	unsigned byte;

	(void)snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	text = strstr(text, quoted);
	assert_non_null(text);
	(void)snprintf(quoted, sizeof(quoted), "\"%s\": \"", key);
	text = strstr(text, quoted);
	assert_non_null(text);
	for (text += strlen(quoted); sscanf(text, "%2x", &byte) == 1; text += 2)
		room[len++] = (uint8_t)byte;
	return (struct cw_bytes){ room, len };
}

static const struct {
	const char *name, *text;
} jsons[] = {
	{ "scalar_int_42", "42" },
	{ "scalar_str_hello", "\"hello\"" },
	{ "scalar_true", "true" },
	{ "scalar_false", "false" },
	{ "scalar_null", "null" },
	{ "scalar_empty_str", "\"\"" },
	{ "scalar_float_25_25", "25.25" },
	{ "scalar_decimal", "319438950232418390.273596" },
	{ "scalar_neg_big", "-9999999999999999999" },
	{ "scalar_bytes", "\"536F6D65204279746573\"" },
	{ "empty_obj", "{}" },
	{ "simple_obj", "{\"id\":6901,\"value\":\"string 6901\"}" },
	{ "name_none", "{\"name\":null}" },
	{ "nested", "{\"employee\":{\"name\":\"John\",\"age\":30,\"city\":\"Delhi\",\"Parmanent\":true}}" },
	{ "list_in_obj", "{\"employees\":[\"John\",\"Matthew\",\"James\"]}" },
	{ "list_of_obj",
	  "{\"employees\":[{\"employee1\":{\"name\":\"John\",\"city\":\"Delhi\"}}]}" },
	{ "obj_3516", "{\"key_1\":\"test_3516a\",\"key_2\":\"test_3516b\"}" },
	{ "timestamp7", "\"2004-02-01 03:04:05\"" },
	{ "timestamp_fs", "\"2002-12-13 09:36:00.123\"" },
	{ "date_only", "\"2002-12-13 00:00:00\"" },
	{ "interval_ds", "\"+000000008 12:00:00\"" },
};

static void json_images_of_a_server_are_read_as_the_json_they_mean(void **state)
{
	const char *text = recording("oson_golden.json");
	uint8_t room[4096];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(jsons); i++) {
		struct cw_bytes image = image_of(text, jsons[i].name, "hex", room);
		struct cw_wr wr = { 0 };
		struct cw_err err = { 0 };

		print_message("# %s\n", jsons[i].name);
		if (!cw_oson_show(image, &wr, &err))
			fail_msg("%s", err.text);
		cw_wr_u8(&wr, 0);
		assert_string_equal((const char *)wr.at0, jsons[i].text);
		cw_wr_release(&wr);
	}
}

static void a_field_name_of_more_than_255_bytes_is_read(void **state)
{
	uint8_t room[4096];
	struct cw_bytes image =
		image_of(recording("oson_golden.json"), "long_fname_256", "hex", room);
	struct cw_wr wr = { 0 };
	struct cw_err err;

	(void)state;
	assert_true(cw_oson_show(image, &wr, &err));
	assert_int_equal(wr.len, 1 + 258 + 1 + 4 + 1);
	assert_memory_equal(wr.at0, "{\"AAAA", 6);
	assert_memory_equal(wr.at0 + 257, "A\":6700}", 8);
	cw_wr_release(&wr);
}

/* Every cut and every flipped bit of every image: text or CW2141, nothing else. */
static void a_damaged_image_is_refused_or_read_but_never_runs_away(void **state)
{
	const char *text = recording("oson_golden.json");
	uint8_t room[4096];
	unsigned refused = 0;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(jsons); i++) {
		struct cw_bytes image = image_of(text, jsons[i].name, "hex", room);

		for (size_t at = 0; at < image.len * 9; at++) {
			uint8_t copy[4096];
			struct cw_bytes harmed = { copy, at < image.len ? at : image.len };
			struct cw_wr wr = { 0 };
			struct cw_err err = { 0 };

			memcpy(copy, image.at, image.len);
			if (at >= image.len)
				copy[at / 8 - image.len / 8 < image.len ? at / 8 - image.len / 8 : 0] ^=
					(uint8_t)(1u << at % 8);
			refused += !cw_oson_show(harmed, &wr, &err);
			assert_true(wr.len <= image.len * CW_OSON_TEXT_RATIO + 65536 + image.len + 8);
			cw_wr_release(&wr);
		}
	}
	assert_true(refused > 500);
}

/* An array whose only child is itself. */
static void an_image_that_contains_itself_is_refused(void **state)
{
	static const uint8_t circle[] = { 0xff, 0x4a, 0x5a, 1, 0,    0x00, 0, 0, 0,
					  0,	4,    0,    0, 0xc0, 1,	   0, 0 };
	struct cw_wr wr = { 0 };
	struct cw_err err;

	(void)state;
	assert_false(cw_oson_show((struct cw_bytes){ circle, sizeof(circle) }, &wr, &err));
	assert_int_equal(err.code, 2141);
	cw_wr_release(&wr);
}

static void vector_images_of_a_server_are_read_as_it_shows_them(void **state)
{
	static const struct {
		const char *name, *text;
	} vectors[] = {
		{ "f32", "[1.5,-2.25,3,0]" },
		{ "f64", "[6501,25.25,18.125,-3.5]" },
		{ "i8", "[-5,1,-2,127,-128]" },
		{ "bin", "[165,60]" },
		{ "sparse_f64", "[8,[2,5,7],[1.5,-2,9.25]]" },
		{ "sparse_f32", "[6,[1,4],[2.5,-7]]" },
		{ "sparse_i8", "[5,[3],[42]]" },
	};
	const char *text = recording("vectors.json");
	uint8_t room[4096];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(vectors); i++) {
		struct cw_bytes image = image_of(text, vectors[i].name, "image_hex", room);
		struct cw_wr wr = { 0 };
		struct cw_err err = { 0 };

		if (!cw_show(CW_ORA_VECTOR, image, &wr, &err))
			fail_msg("%s", err.text);
		cw_wr_u8(&wr, 0);
		assert_string_equal((const char *)wr.at0, vectors[i].text);
		cw_wr_release(&wr);
		for (size_t cut = 0; cut < image.len; cut++) {
			wr = (struct cw_wr){ 0 };
			assert_false(cw_vector_show((struct cw_bytes){ image.at, cut }, &wr, &err));
			assert_int_equal(err.code, 2142);
			cw_wr_release(&wr);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_images_of_a_server_are_read_as_the_json_they_mean),
		cmocka_unit_test(a_field_name_of_more_than_255_bytes_is_read),
		cmocka_unit_test(a_damaged_image_is_refused_or_read_but_never_runs_away),
		cmocka_unit_test(an_image_that_contains_itself_is_refused),
		cmocka_unit_test(vector_images_of_a_server_are_read_as_it_shows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
