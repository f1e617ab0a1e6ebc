/* replay.c - run a fuzz target over its seeds and what can be made of them; see fuzz.h */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX 65536u
#define CUTS	  2000u /* of each seed */
#define ROUNDS	  3000u /* inputs made from each seed */
#define LONG_SEED 4000u /* bytes from which on a seed gets a twentieth of both */

static uint32_t random_state = 1;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* A few small harms at places that follow from the state. */
static size_t mutate(uint8_t *at, size_t len)
{
	static const uint8_t nasty[] = { 0x00, 0x01, 0x7f, 0x80, 0xfd, 0xfe, 0xff, 0x04, 0x08 };

	for (unsigned harms = 1 + next_random() % 4; harms > 0 && len > 0; harms--) {
		size_t where = next_random() % len, other = next_random() % len;

		switch (next_random() % 5) {
		case 0:
			at[where] ^= (uint8_t)(1u << next_random() % 8);
			break;
		case 1:
			at[where] = nasty[next_random() % sizeof(nasty)];
			break;
		case 2:
			len = where;
			break;
		case 3: /* drop a byte */
			memmove(at + where, at + where + 1, len - where - 1);
			len--;
			break;
		default: /* one part over another */
			memmove(at + where, at + other, len - (where > other ? where : other));
			break;
		}
	}
	return len;
}

static void run_seeds(void)
{
	static uint8_t input[INPUT_MAX];
	struct cw_wr wr = { .limit_bytes = INPUT_MAX };
	unsigned share;
	size_t step;

	for (unsigned index = 0; cw_fuzz_seed(index, &wr); index++) {
		assert(!cw_wr_failed(&wr));
		(void)LLVMFuzzerTestOneInput(wr.at0, wr.len);
		share = wr.len < LONG_SEED ? 1 : 20;
		step = wr.len < LONG_SEED ? 1 : 1 + wr.len / (CUTS / share);
		for (size_t cut = 0; cut < wr.len && cut / step < CUTS; cut += step)
			(void)LLVMFuzzerTestOneInput(wr.at0, cut);
		for (unsigned round = 0; round < ROUNDS / share; round++) {
			memcpy(input, wr.at0, wr.len);
			(void)LLVMFuzzerTestOneInput(input, mutate(input, wr.len));
		}
		cw_wr_reset(&wr);
	}
	cw_wr_release(&wr);
}

static int run_file(const char *path)
{
	static uint8_t input[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file) {
		perror(path);
		return 1;
	}
	len = fread(input, 1, sizeof(input), file);
	(void)fclose(file);
	(void)LLVMFuzzerTestOneInput(input, len);
	return 0;
}

/* The seeds as files, for libFuzzer to begin with. */
static int write_seeds(const char *folder)
{
	struct cw_wr wr = { .limit_bytes = INPUT_MAX };
	int bad = 0;

	for (unsigned index = 0; cw_fuzz_seed(index, &wr); index++) {
		char path[4096];
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/seed-%03u", folder, index);
		file = fopen(path, "wb");
		if (!file || fwrite(wr.at0, 1, wr.len, file) != wr.len || fclose(file) != 0) {
			perror(path);
			bad = 1;
		}
		cw_wr_reset(&wr);
	}
	cw_wr_release(&wr);
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
		return write_seeds(argv[2]);
	run_seeds();
	for (int i = 1; i < argc; i++)
		bad |= run_file(argv[i]);
	return bad;
}
