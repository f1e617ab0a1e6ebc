/*
 * fuzz.h - what a fuzz target is, and how it is replayed
 *
 * A target reads one input and must neither crash nor answer differently when the same bytes
 * come in other pieces.  libFuzzer drives it in a build with -Dfuzz=true; in every build
 * replay.c runs it over its seeds, over thousands of inputs made from them by flips, cuts and
 * splices that are the same each time, and over the files named on the command line.
 */
#ifndef CW_FUZZ_FUZZ_H
#define CW_FUZZ_FUZZ_H

#include "base/rd.h"
#include "base/wr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Write seed @index; false if there are no more. */
bool cw_fuzz_seed(unsigned index, struct cw_wr *wr);

/* Hands out @rest in short runs whose lengths follow from @seed. */
struct cw_cuts {
	struct cw_bytes rest;
	uint32_t seed;
};

static inline bool cw_cuts_more(struct cw_rd *rd)
{
	struct cw_cuts *cuts = rd->source;
	size_t len;

	if (cuts->rest.len == 0)
		return false;
	cuts->seed = cuts->seed * 1103515245u + 12345u;
	len = 1 + (cuts->seed >> 16) % 9;
	if (len > cuts->rest.len)
		len = cuts->rest.len;
	rd->at = cuts->rest.at;
	rd->end = cuts->rest.at + len;
	cuts->rest.at += len;
	cuts->rest.len -= len;
	return true;
}

#endif
