/* long_name.c - see long_name.h */
#include "rehearsal/long_name.h"

#include "base/base.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK	  RH_LONG_NAME_MARK
#define MARK_LEN  4u
#define DIGITS	  16u
#define START_MAX 24u /* bytes of the name that stay */
#define BUCKETS	  1024u

struct long_name {
	struct long_name *next;
	uint64_t hash;
	bool kept;
	size_t len;
	char text[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct long_name *bucket[BUCKETS];
static uint64_t seen[RH_NAMES_SEEN]; /* hashes, a ring; 0: none */
static unsigned seen_at;

static uint64_t hash_of(const char *name, size_t len)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	uint64_t hash = 0;

	if (EVP_Digest(name, len, digest, NULL, EVP_sha256(), NULL) != 1)
		abort();
	for (int i = 0; i < 8; i++)
		hash = hash << 8 | digest[i];
	return hash;
}

/* As many bytes of the name as stay, no character cut. */
static size_t start_of(const char *name, size_t len)
{
	size_t start = len < START_MAX ? len : START_MAX;

	while (start > 0 && start < len && ((uint8_t)name[start] & 0xc0) == 0x80)
		start--;
	return start;
}

static struct long_name **find(uint64_t hash)
{
	struct long_name **at = &bucket[hash % BUCKETS];

	while (*at && (*at)->hash != hash)
		at = &(*at)->next;
	return at;
}

static void forget(uint64_t hash)
{
	struct long_name **at = find(hash), *gone = *at;

	if (hash == 0 || !gone || gone->kept)
		return;
	*at = gone->next;
	free(gone);
}

static void remember(const char *name, size_t len, uint64_t hash, bool keep)
{
	struct long_name **at, *one;

	(void)pthread_mutex_lock(&lock);
	at = find(hash);
	if (!*at) {
		one = calloc(1, sizeof(*one) + len + 1);
		if (!one)
			abort();
		one->hash = hash;
		one->len = len;
		memcpy(one->text, name, len);
		*at = one;
		if (!keep) {
			forget(seen[seen_at]);
			seen[seen_at] = hash;
			seen_at = (seen_at + 1) % RH_NAMES_SEEN;
		}
	}
	if (keep)
		(*find(hash))->kept = true;
	(void)pthread_mutex_unlock(&lock);
}

void rh_long_name_fold(const char *name, size_t len, char ret[RH_NAME_INSIDE_BYTES],
		       size_t *ret_len)
{
	uint64_t hash = hash_of(name, len);
	int start = (int)start_of(name, len);

	*ret_len = (size_t)snprintf(ret, RH_NAME_INSIDE_BYTES, "%.*s" MARK "%016" PRIx64, start,
				    name, hash);
	remember(name, len, hash, false);
}

void rh_long_name_keep(const char *name, size_t len)
{
	remember(name, len, hash_of(name, len), true);
}

/* The name whose hash stands behind the mark, put in its place; *ret_end: behind it. */
static bool unfold_one(char *text, size_t room, char *mark, char **ret_end)
{
	char digits[DIGITS + 1] = "", *end, *behind = mark + MARK_LEN + DIGITS;
	const struct long_name *one;
	size_t start, tail;

	*ret_end = mark + MARK_LEN;
	if (strlen(mark) < MARK_LEN + DIGITS)
		return false;
	memcpy(digits, mark + MARK_LEN, DIGITS);
	one = *find(strtoull(digits, &end, 16));
	if (*end || !one)
		return false;
	start = start_of(one->text, one->len);
	tail = strlen(behind) + 1;
	if (start > (size_t)(mark - text) || memcmp(mark - start, one->text, start) != 0 ||
	    (size_t)(mark - text) - start + one->len + tail > room)
		return false;
	memmove(mark - start + one->len, behind, tail);
	memcpy(mark - start, one->text, one->len);
	*ret_end = mark - start + one->len;
	return true;
}

bool rh_long_name_is(const char *inside)
{
	return strstr(inside, MARK) != NULL;
}

void rh_long_name_unfold(char *text, size_t room)
{
	char *mark = strstr(text, MARK);

	if (!mark)
		return;
	(void)pthread_mutex_lock(&lock);
	while (mark) {
		char *behind;

		(void)unfold_one(text, room, mark, &behind);
		mark = strstr(behind, MARK);
	}
	(void)pthread_mutex_unlock(&lock);
}
