/*
 * real.h - BINARY_FLOAT and BINARY_DOUBLE: four or eight bytes that sort as the numbers do
 *
 * IEEE 754, big endian; of a positive number the sign bit is set, of a negative one every bit is turned
 * over.  Oracle keeps no -0 and one NaN: both are made so on the way there.
 *
 * Threads	any
 * Sources	python-oracledb src/oracledb/impl/base/encoders.pyx, encode_binary_double(); Oracle Database SQL
 *		Language Reference 19c, "Floating-Point Numbers": -0 is coerced to +0, all NaN to one
 */
#ifndef CW_CODEC_REAL_H
#define CW_CODEC_REAL_H

#include "base/base.h"

/* @len is 4 or 8.  The IEEE side is big endian, as PostgreSQL sends it. */
void cw_real_to_ora(const uint8_t *ieee, size_t len, uint8_t *ret);
void cw_real_from_ora(const uint8_t *ora, size_t len, uint8_t *ret);

/* +0 for -0, and the one NaN: where it lies. */
void cw_real_canonical(uint8_t *ieee, size_t len);

#endif
