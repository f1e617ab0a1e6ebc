/* clock.c - see clock.h */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t cw_clock_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t cw_clock_ms(void)
{
	return cw_clock_us() / 1000;
}

void cw_boot_name(char ret[CW_BOOT_BYTES])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	ret[0] = '\0';
	if (!file)
		return;
	if (fgets(ret, CW_BOOT_BYTES, file))
		ret[strcspn(ret, "\n")] = '\0';
	(void)fclose(file);
}

int64_t cw_wall_us(void)
{
	return read_us(CLOCK_REALTIME);
}

void cw_wall_text(int64_t wall_us, char ret[CW_WALL_TEXT_BYTES])
{
	time_t second = (time_t)(wall_us / 1000000);
	struct tm utc;
	size_t len;

	(void)gmtime_r(&second, &utc);
	len = strftime(ret, CW_WALL_TEXT_BYTES, "%Y-%m-%dT%H:%M:%S", &utc);
	(void)snprintf(ret + len, CW_WALL_TEXT_BYTES - len, ".%06dZ", (int)(wall_us % 1000000));
}

void cw_sleep_ms(int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) != 0)
		;
}
