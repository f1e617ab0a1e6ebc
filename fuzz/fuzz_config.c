/* fuzz_config.c - crossing.yaml: what is not taken is told with its line, what is taken is in its bounds */
#include "fuzz.h"

#include "schema/config.h"

static const char *const seeds[] = {
	"crossing: shop\nsource: {host: 127.0.0.1, service: S, user: CAUSEWAY, password: env:P, schemas: [SHOP, HR]}\n"
	"target:\n  conninfo: dbname=shop\n  application_roles: [shop_app]\n",
	"crossing: a\nsource:\n  connect: 'tcps://db/S?wallet_location=/w'\n  user: u\n  password: file:p\n  wallet: w\n"
	"  wallet_password: env:W\n  encryption: required\n  encryption_types: [AES256]\n  checksum: requested\n  schemas:\n  - A\n"
	"target: {conninfo: x, password: env:Q, application_roles: []}\nload: {sessions: 4, chunk_rows: 100000}\n"
	"follow: {mode: catalog, poll_ms: 10, memory_mb: 64}\ncutover:\n  budget_ms: 1000\n  lag_max_ms: 1\n  grace_ms: 0\n"
	"  sequence_margin: 7\n  application_users: [A]\n  hooks: {stop: 'echo', admit: \"x\", back_stop: y, back_admit: z}\n",
	"a: &x [*x, *x]\nb: !!int \"3\"\n? [k]\n: v\n---\ncrossing: |\n  a\n  b\n",
	"{crossing: shop, crossing: shop, sauce: {}}",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_config config;
	struct cw_err err = { 0 };

	if (size > 65536)
		return 0;
	if (!cw_config_parse("/x", "crossing.yaml", (struct cw_bytes){ data, size }, &config,
			     &err)) {
		assert(err.code >= 6101 && err.code <= 6106);
		return 0;
	}
	assert(*config.name && strlen(config.name) <= 40 && config.source.connect &&
	       config.source.user);
	assert(config.source.password.reference && !config.source.password.at);
	assert(config.source.schemas.count > 0);
	cw_config_release(&config);
	return 0;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	if (index >= CW_ARRAY_LEN(seeds))
		return false;
	cw_wr_put(wr, seeds[index], strlen(seeds[index]));
	return true;
}
