/*
 * hash.c - STANDARD_HASH
 *
 * Sources	Oracle Database SQL Language Reference 19c, "STANDARD_HASH"
 */
#include "postgres.h"

#include "causeway_redo.h"
#include "common/cryptohash.h"
#include "fmgr.h"
#include "utils/builtins.h"

static const struct {
	const char *name;
	pg_cryptohash_type type;
	size_t bytes;
} methods[] = {
	{ "SHA1", PG_SHA1, 20 },     { "MD5", PG_MD5, 16 },	  { "SHA256", PG_SHA256, 32 },
	{ "SHA384", PG_SHA384, 48 }, { "SHA512", PG_SHA512, 64 },
};

PG_FUNCTION_INFO_V1(rh_hash_of);

/* The bytes and the method's name. */
Datum rh_hash_of(PG_FUNCTION_ARGS)
{
	bytea *value = PG_GETARG_BYTEA_PP(0), *ret = NULL;
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

	for (size_t i = 0; i < lengthof(methods) && !ret; i++) {
		pg_cryptohash_ctx *hash;

		if (strcmp(name, methods[i].name) != 0)
			continue;
		hash = pg_cryptohash_create(methods[i].type);
		ret = palloc(VARHDRSZ + methods[i].bytes);
		SET_VARSIZE(ret, VARHDRSZ + methods[i].bytes);
		if (!hash || pg_cryptohash_init(hash) < 0 ||
		    pg_cryptohash_update(hash, (uint8 *)VARDATA_ANY(value),
					 VARSIZE_ANY_EXHDR(value)) < 0 ||
		    pg_cryptohash_final(hash, (uint8 *)VARDATA(ret), methods[i].bytes) < 0)
			elog(ERROR, "hash %s: %s", name,
			     hash ? pg_cryptohash_error(hash) : "no memory");
		pg_cryptohash_free(hash);
	}
	if (!ret)
		ora_error("03001", "unimplemented feature: such a hash");
	PG_RETURN_BYTEA_P(ret);
}
