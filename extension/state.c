/*
 * state.c - rh.state_get(package, name), rh.state_set(package, name, value): the variables of packages
 *
 * They are the session's, no transaction's: what was rolled back had set them.  Whoever first asks for a package's
 * starts it (rh.start_package()).  One that has some and was made anew since has lost them: ORA-04068, once.
 *
 * Source: Oracle Database PL/SQL Language Reference 19c, "Package State", "Package Instantiation and Initialization".
 */
#include "causeway_redo.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(rh_state_get);
PG_FUNCTION_INFO_V1(rh_state_set);
PG_FUNCTION_INFO_V1(rh_state_begin);
PG_FUNCTION_INFO_V1(rh_state_forget);
PG_FUNCTION_INFO_V1(rh_state_all);
PG_FUNCTION_INFO_V1(rh_state_load);

#define KEY_BYTES 420 /* three names and two dots */

struct entry {
	char key[KEY_BYTES]; /* "OWNER.PACKAGE" or "OWNER.PACKAGE.NAME" */
	char *value;	     /* of a package which routines started it; NULL: NULL */
	bool looked;	     /* of a package: since some routine was made or dropped */
};

static HTAB *entries;

static void routines_changed(Datum arg, int cache, uint32 hash)
{
	HASH_SEQ_STATUS all;
	struct entry *one;

	(void)arg, (void)cache, (void)hash;
	hash_seq_init(&all, entries);
	while ((one = hash_seq_search(&all)))
		one->looked = false;
}

static struct entry *find(const char *package, const char *name, HASHACTION action)
{
	char key[KEY_BYTES];
	struct entry *ret;
	bool found;

	if (!entries) {
		HASHCTL control = { .keysize = KEY_BYTES, .entrysize = sizeof(struct entry) };

		entries = hash_create("rh state", 64, &control, HASH_ELEM | HASH_STRINGS);
		CacheRegisterSyscacheCallback(PROCOID, routines_changed, (Datum)0);
	}
	memset(key, 0, sizeof(key));
	(void)snprintf(key, sizeof(key), "%s%s%s", package, name ? "." : "", name ? name : "");
	ret = hash_search(entries, key, action, &found);
	if (ret && !found) {
		ret->value = NULL;
		ret->looked = false;
	}
	return ret;
}

static void set(struct entry *entry, const char *value)
{
	char *copy = value ? MemoryContextStrdup(TopMemoryContext, value) : NULL;

	if (entry->value)
		pfree(entry->value);
	entry->value = copy;
}

/* The package and all that is in it. */
static void forget(const char *package)
{
	size_t len = strlen(package);
	HASH_SEQ_STATUS all;
	struct entry *one;

	if (!entries)
		return;
	hash_seq_init(&all, entries);
	while ((one = hash_seq_search(&all))) {
		if (strncmp(one->key, package, len) != 0 ||
		    (one->key[len] != '\0' && one->key[len] != '.'))
			continue;
		set(one, NULL);
		(void)hash_search(entries, one->key, HASH_REMOVE, NULL);
	}
}

/* SELECT rh.@function('OWNER.PACKAGE'), in the caller's memory. */
static char *ask(const char *function, const char *package)
{
	MemoryContext own = CurrentMemoryContext;
	Oid type = TEXTOID;
	Datum value = CStringGetTextDatum(package);
	char sql[100], *got, *ret = NULL;

	(void)snprintf(sql, sizeof(sql), "select rh.%s($1)", function);
	if (SPI_connect() != SPI_OK_CONNECT ||
	    SPI_execute_with_args(sql, 1, &type, &value, NULL, false, 1) != SPI_OK_SELECT)
		ora_error("00600", "internal error code, arguments: [state]");
	got = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (got)
		ret = MemoryContextStrdup(own, got);
	SPI_finish();
	return ret;
}

static void start(const char *package, char *stamp)
{
	struct entry *made = find(package, NULL, HASH_ENTER);

	set(made, stamp);
	made->looked = true;
	PG_TRY();
	{
		(void)ask("start_package", package);
	}
	PG_CATCH();
	{
		forget(package);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/* It has variables. */
static bool has_state(const char *package)
{
	size_t len = strlen(package);
	HASH_SEQ_STATUS all;
	const struct entry *one;

	hash_seq_init(&all, entries);
	while ((one = hash_seq_search(&all)))
		if (strncmp(one->key, package, len) == 0 && one->key[len] == '.') {
			hash_seq_term(&all);
			return true;
		}
	return false;
}

static void begin(const char *package)
{
	struct entry *known = find(package, NULL, HASH_FIND);
	char *stamp;

	if (known && known->looked)
		return;
	stamp = ask("package_stamp", package);
	known = find(package, NULL, HASH_FIND);
	if (known && stamp && known->value && strcmp(stamp, known->value) == 0) {
		known->looked = true;
		return;
	}
	if (!known || !has_state(package)) {
		start(package, stamp);
		return;
	}
	forget(package);
	ora_error("04068", "existing state of packages has been discarded");
}

/* rh.state_begin(package text) */
Datum rh_state_begin(PG_FUNCTION_ARGS)
{
	begin(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}

/* rh.state_get(package text, name text) returns text */
Datum rh_state_get(PG_FUNCTION_ARGS)
{
	char *package = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const struct entry *found;

	begin(package);
	found = find(package, text_to_cstring(PG_GETARG_TEXT_PP(1)), HASH_FIND);
	if (!found || !found->value)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(found->value));
}

/* rh.state_set(package text, name text, value text) */
Datum rh_state_set(PG_FUNCTION_ARGS)
{
	char *package = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

	begin(package);
	set(find(package, name, HASH_ENTER),
	    PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2)));
	PG_RETURN_VOID();
}

/* rh.state_forget(package text) */
Datum rh_state_forget(PG_FUNCTION_ARGS)
{
	forget(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}

/* ---- for another backend of the session: length and bytes of each key and value ------------------- */

#define NO_VALUE (-1)

static void put_part(StringInfo out, const char *part)
{
	appendStringInfo(out, "%d:%s", part ? (int)strlen(part) : NO_VALUE, part ? part : "");
}

/* rh.state_all() returns text; NULL: nothing is remembered */
Datum rh_state_all(PG_FUNCTION_ARGS)
{
	HASH_SEQ_STATUS all;
	StringInfoData out;
	struct entry *one;

	(void)fcinfo;
	if (!entries || hash_get_num_entries(entries) == 0)
		PG_RETURN_NULL();
	initStringInfo(&out);
	hash_seq_init(&all, entries);
	while ((one = hash_seq_search(&all))) {
		put_part(&out, one->key);
		put_part(&out, one->value);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

static char *take_part(char **at)
{
	long len = strtol(*at, at, 10);
	char *ret;

	(*at)++; /* the colon */
	if (len == NO_VALUE)
		return NULL;
	ret = pnstrdup(*at, (Size)len);
	*at += len;
	return ret;
}

/* rh.state_load(text): what the other one remembers */
Datum rh_state_load(PG_FUNCTION_ARGS)
{
	char *at;

	if (PG_ARGISNULL(0))
		PG_RETURN_VOID();
	at = text_to_cstring(PG_GETARG_TEXT_PP(0));
	while (*at) {
		char *key = take_part(&at);

		set(find(key, NULL, HASH_ENTER), take_part(&at));
	}
	PG_RETURN_VOID();
}
