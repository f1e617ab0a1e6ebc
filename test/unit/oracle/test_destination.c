/* test_destination.c - every form of connect string, taken and refused; see destination.h */
#include "oracle/destination.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* All that was understood, on one line: what the tables below say. */
static void show(const struct cw_ora_destination *destination, char *ret, size_t room)
{
	size_t len = 0;

#define SAY(...) (len += (size_t)snprintf(ret + len, len < room ? room - len : 0, __VA_ARGS__))
	ret[0] = '\0';
	if (destination->load_balance)
		SAY("balanced ");
	if (!destination->failover)
		SAY("one ");
	for (const struct cw_ora_description *d = destination->description; d; d = d->next) {
		SAY("{%s%s", d->load_balance ? "balanced " : "", d->failover ? "" : "one ");
		for (const struct cw_ora_address_list *l = d->list; l; l = l->next) {
			SAY("[%s%s", l->load_balance ? "balanced " : "", l->failover ? "" : "one ");
			for (unsigned i = 0; i < l->count; i++)
				SAY("%s%s%s:%u", i ? " " : "", l->address[i].tls ? "tcps:" : "",
				    l->address[i].host, l->address[i].port);
			SAY("]");
		}
		SAY(" %s", d->connect_data);
		if (d->sdu != CW_ORA_SDU_DEFAULT)
			SAY(" sdu=%u", d->sdu);
		if (d->retry_count)
			SAY(" retry=%u/%u", d->retry_count, d->retry_delay_s);
		if (d->expire_minutes)
			SAY(" expire=%u", d->expire_minutes);
		if (d->tcp_timeout_ms != CW_ORA_TCP_TIMEOUT_MS)
			SAY(" tcp=%d", (int)d->tcp_timeout_ms);
		if (d->connect_timeout_ms)
			SAY(" connect=%d", (int)d->connect_timeout_ms);
		if (d->tls.name_match)
			SAY(" match=%s", d->tls.name_match == CW_ORA_YES ? "yes" : "no");
		if (d->tls.weak_match)
			SAY(" weak");
		if (d->tls.cert_dn)
			SAY(" dn=%s", d->tls.cert_dn);
		if (d->tls.wallet)
			SAY(" wallet=%s", d->tls.wallet);
		if (d->tls.version)
			SAY(" tls=%d", d->tls.version);
		if (d->tls.sni)
			SAY(" sni");
		SAY("}");
	}
#undef SAY
}

struct taken {
	const char *text, *shown;
};

struct refused {
	const char *text;
	uint16_t code;
	const char *says;
};

static void take_all(const struct taken *list, size_t count)
{
	struct cw_ora_destination destination;
	struct cw_err err = { 0 };
	char shown[2000];

	for (size_t i = 0; i < count; i++) {
		if (!cw_ora_destination_read(list[i].text, &destination, &err))
			fail_msg("%s: %s", list[i].text, err.text);
		show(&destination, shown, sizeof(shown));
		assert_string_equal(shown, list[i].shown);
		cw_ora_destination_release(&destination);
	}
}

static void refuse_all(const struct refused *list, size_t count)
{
	struct cw_ora_destination destination;
	struct cw_err err;

	for (size_t i = 0; i < count; i++) {
		if (cw_ora_destination_read(list[i].text, &destination, &err))
			fail_msg("%s was taken", list[i].text);
		assert_int_equal(err.kind, CW_ERR_CONFIG);
		if (err.code != list[i].code || !strstr(err.text, list[i].says))
			fail_msg("%s: CW%04u %s", list[i].text, err.code, err.text);
		assert_null(destination.description);
	}
}

static void easy_connect_is_taken_in_every_form_of_the_manual(void **state)
{
	static const struct taken list[] = {
		{ "sales-server/sales", "{[sales-server:1521] (SERVICE_NAME=sales)}" },
		{ "sales-server:3456", "{[sales-server:3456] }" },
		{ "//sales-server", "{[sales-server:1521] }" },
		{ "//sales-server:3456/sales.us.example.com",
		  "{[sales-server:3456] (SERVICE_NAME=sales.us.example.com)}" },
		{ "sales-server//inst1", "{[sales-server:1521] (INSTANCE_NAME=inst1)}" },
		{ "sales-server/sales:dedicated/inst1",
		  "{[sales-server:1521] (SERVICE_NAME=sales)(SERVER=dedicated)(INSTANCE_NAME=inst1)}" },
		{ "h/s:ShArEd", "{[h:1521] (SERVICE_NAME=s)(SERVER=ShArEd)}" },
		{ "[2001:0db8:0:0::200C:417A]:80/sales",
		  "{[2001:0db8:0:0::200C:417A:80] (SERVICE_NAME=sales)}" },
		{ "h:/s", "{[h:1521] (SERVICE_NAME=s)}" },
		{ "h:1578/", "{[h:1578] }" },
		{ "tcp://h:1668/s", "{[h:1668] (SERVICE_NAME=s)}" },
		{ "TCPS://h/s", "{[tcps:h:1521] (SERVICE_NAME=s)}" },
		{ "h1:1,h2:2/s", "{[h1:1 h2:2] (SERVICE_NAME=s)}" },
		{ "h1,h2,h3:3/s", "{[h1:3 h2:3 h3:3] (SERVICE_NAME=s)}" },
		{ "h1,h2:2,h3/s", "{[h1:2 h2:2 h3:1521] (SERVICE_NAME=s)}" },
		{ "tcps://h1,h2:2;h3/s", "{[tcps:h1:2 tcps:h2:2][tcps:h3:1521] (SERVICE_NAME=s)}" },
	};

	(void)state;
	take_all(list, CW_ARRAY_LEN(list));
}

static void easy_connect_plus_takes_its_parameters(void **state)
{
	static const struct taken list[] = {
		{ "h/s?expire_time=5&retry_delay=10&retry_count=12&transport_connect_timeout=2.5",
		  "{[h:1521] (SERVICE_NAME=s) retry=12/10 expire=5 tcp=2500}" },
		{ "h/s?\n  connect_timeout = 15 sec &\n SDU=2097152",
		  "{[h:1521] (SERVICE_NAME=s) sdu=2097152 connect=15000}" },
		{ "h1,h2/s?failover=off&load_balance=on",
		  "{balanced one [balanced one h1:1521 h2:1521] (SERVICE_NAME=s)}" },
		{ "tcps://h/s?ssl_server_cert_dn=\"CN=a,O=b & c\"&ssl_server_dn_match= On &"
		  "wallet_location = '/w l'",
		  "{[tcps:h:1521] (SERVICE_NAME=s) match=yes dn=CN=a,O=b & c wallet=/w l}" },
		{ "tcps://h/s?ssl_server_dn_match=no&ssl_allow_weak_dn_match=true&use_sni=on"
		  "&ssl_version=TLSv1.3",
		  "{[tcps:h:1521] (SERVICE_NAME=s) match=no weak tls=13 sni}" },
		{ "tcps://h/s?wallet_location=SYSTEM", "{[tcps:h:1521] (SERVICE_NAME=s)}" },
		{ "h/s?enable=broken&recv_buf_size=8192&send_buf_size=8192&source_route=off",
		  "{[h:1521] (SERVICE_NAME=s)}" },
	};

	(void)state;
	take_all(list, CW_ARRAY_LEN(list));
}

static void what_is_no_easy_connect_is_refused_with_its_place(void **state)
{
	static const struct refused list[] = {
		{ "", 7110, "empty" },
		{ "   ", 7110, "empty" },
		{ "h/s?expire_time", 7110, "'=' is wanted" },
		{ "h/s?expire_time=soon", 7110, "a number from" },
		{ "h/s?sdu=511", 7110, "a number from 512 to 2097152" },
		{ "h/s?sdu=2097153", 7110, "a number from 512 to 2097152" },
		{ "h/s?retry_count=99999999999", 7110, "a number" },
		{ "h/s?failover=perhaps", 7110, "on or off" },
		{ "h/s?connect_timeout=5 days", 7110, "a time such as" },
		{ "h/s?connect_timeout=-1", 7110, "a time such as" },
		{ "h/s?connect_timeout=0", 7110, "a time such as" },
		{ "h/s?connect_timeout=1e9", 7110, "a time such as" },
		{ "h/s?ssl_version=1.1", 7110, "TLSv1.2 or TLSv1.3" },
		{ "h/s?wallet_location=\"/w", 7110, "not closed" },
		{ "h/s?wallet_location=\"/w\"x", 7110, "not part of" },
		{ "h/s?colour=blue", 7115, "no parameter colour" },
		{ "h/s?https_proxy=p", 7115, "https_proxy" },
		{ "h/s?source_route=on", 7115, "source_route" },
		{ "h/s:pooled", 7115, "pooled" },
		{ "h/s:fast", 7110, "dedicated or shared" },
		{ "h/s:", 7110, "dedicated or shared" },
		{ "h/s extra", 7110, "not part of" },
		{ "h:65536/s", 7110, "a number from 1 to 65535" },
		{ "h:0/s", 7110, "a number from 1 to 65535" },
		{ "[::1/s", 7110, "IPv6" },
		{ "[host]/s", 7110, "IPv6" },
		{ "h1,,h2/s", 7110, "a host is wanted" },
		{ "h1;/s", 7110, "a host is wanted" },
		{ "/s", 7110, "a host is wanted" },
		{ "ipc://h/s", 7115, "ipc" },
		{ "http://h/s", 7110, "tcp or tcps" },
	};

	(void)state;
	refuse_all(list, CW_ARRAY_LEN(list));
}

static void a_password_in_a_connect_string_is_refused_and_not_shown(void **state)
{
	static const char *const texts[] = { "scott/tiger@h/s", "scott/tiger@alias",
					     "scott/\"tiger\"@//h:1/s" };
	struct cw_ora_destination destination;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		assert_false(cw_ora_destination_read(texts[i], &destination, &err));
		assert_int_equal(err.code, 7110);
		assert_null(strstr(err.text, "tiger"));
		assert_null(strstr(err.text, "scott"));
	}
}

#define HOST(name) "(ADDRESS=(PROTOCOL=tcp)(HOST=" name ")(PORT=1))"
#define DATA	   "(CONNECT_DATA=(SERVICE_NAME=s))"

static void descriptors_are_taken_with_their_lists_and_choices(void **state)
{
	static const struct taken list[] = {
		{ "(DESCRIPTION=" HOST("h") DATA ")", "{[h:1] (SERVICE_NAME=s)}" },
		{ "\n (description = (address=(protocol = TCPS) \n(host=h)\n\t(port= 2484 )) "
		  "(connect_data=(sid=X)))\n",
		  "{[tcps:h:2484] (sid=X)}" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=h))" DATA ")", "{[h:1521] (SERVICE_NAME=s)}" },
		{ "(DESCRIPTION=(LOAD_BALANCE=on)(FAILOVER=no)" HOST("a") HOST("b") DATA ")",
		  "{balanced one [balanced one a:1 b:1] (SERVICE_NAME=s)}" },
		{ "(DESCRIPTION=(LOAD_BALANCE=ON)(RETRY_COUNT=5)(RETRY_DELAY=2)"
		  "(ADDRESS_LIST=(LOAD_BALANCE=ON)" HOST("a")
			  HOST("b") ")"
				    "(ADDRESS_LIST=(FAILOVER=OFF)" HOST("c") HOST("d") ")" DATA ")",
		  "{balanced [balanced a:1 b:1][one c:1 d:1] (SERVICE_NAME=s) retry=5/2}" },
		{ "(DESCRIPTION=" HOST("a") "(ADDRESS_LIST=" HOST("b") HOST("c") ")" HOST("d") DATA
		  ")",
		  "{[a:1][b:1 c:1][d:1] (SERVICE_NAME=s)}" },
		{ "(DESCRIPTION_LIST=(FAILOVER=ON)(LOAD_BALANCE=OFF)(DESCRIPTION=" HOST("a") DATA
		  ")(DESCRIPTION=" HOST("b") "(CONNECT_DATA=(SERVICE_NAME=t))))",
		  "{[a:1] (SERVICE_NAME=s)}{[b:1] (SERVICE_NAME=t)}" },
		{ "(DESCRIPTION_LIST=(DESCRIPTION=" HOST("a") DATA "))",
		  "balanced {[a:1] (SERVICE_NAME=s)}" },
		{ "(DESCRIPTION=(SDU=65535)(EXPIRE_TIME=2)(CONNECT_TIMEOUT=3)"
		  "(TRANSPORT_CONNECT_TIMEOUT=500 ms)" HOST("h") DATA ")",
		  "{[h:1] (SERVICE_NAME=s) sdu=65535 expire=2 tcp=500 connect=3000}" },
		{ "(DESCRIPTION=" HOST("h") DATA
		  "(SECURITY=(SSL_SERVER_CERT_DN=\"CN=a,C=b\")(SSL_SERVER_DN_MATCH=ON)"
		  "(MY_WALLET_DIRECTORY=/w)(SSL_CLIENT_AUTHENTICATION=TRUE)))",
		  "{[h:1] (SERVICE_NAME=s) match=yes dn=CN=a,C=b wallet=/w}" },
		{ "(DESCRIPTION=" HOST("h") DATA "(SECURITY=(SSL_SERVER_CERT_DN=CN=a, O=b)))",
		  "{[h:1] (SERVICE_NAME=s) dn=CN=a, O=b}" },
		/* what only servers know is passed on, what we say ourselves is not */
		{ "(DESCRIPTION=(TYPE_OF_SERVICE=x)" HOST(
			  "h") "(CONNECT_DATA=(SERVICE_NAME=s)(FAILOVER_MODE=(TYPE=select)(METHOD=basic))"
			       "(CID=(PROGRAM=x))(COLOCATION_TAG=abc)))",
		  "{[h:1] (SERVICE_NAME=s)(FAILOVER_MODE=(TYPE=select)(METHOD=basic))"
		  "(COLOCATION_TAG=abc)}" },
		{ "(DESCRIPTION=" HOST("h") "(CONNECT_DATA=(SERVICE_NAME=\"a(b)\")))",
		  "{[h:1] (SERVICE_NAME=\"a(b)\")}" },
		{ "(ADDRESS=(HOST=h)(PORT=5))", "{[h:5] }" },
		{ "(DESCRIPTION=" HOST("h") "(CONNECT_DATA=(SERVER=dedicated)(SERVICE_NAME=)))",
		  "{[h:1] (SERVER=dedicated)(SERVICE_NAME=)}" },
	};

	(void)state;
	take_all(list, CW_ARRAY_LEN(list));
}

static void what_is_no_descriptor_is_refused_with_its_place(void **state)
{
	static const struct refused list[] = {
		{ "(", 7110, "a keyword is wanted" },
		{ "()", 7110, "a keyword is wanted" },
		{ "(DESCRIPTION)", 7110, "'=' is wanted" },
		{ "(DESCRIPTION=", 7110, "')' is wanted" },
		{ "(DESCRIPTION=" HOST("h") DATA, 7110, "')' is wanted" },
		{ "(DESCRIPTION=" HOST("h") DATA "))", 7110, "after the last ')'" },
		{ "(DESCRIPTION=" HOST("h") ")x", 7110, "after the last ')'" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=a(b))))", 7110, "')' is wanted" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=\"a)))", 7110, "not closed" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=\"a\"b)))", 7110, "')' is wanted" },
		{ "(DESCRIPTION=x)", 7110, "DESCRIPTION wants a list" },
		{ "(DESCRIPTION=(ADDRESS=x))", 7110, "ADDRESS wants a list" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=(X=1))))", 7110, "PORT wants a value" },
		{ "(DESCRIPTION=(ADDRESS=(PORT=1)))", 7110, "without a HOST" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=)))", 7110, "without a HOST" },
		{ "(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=x)))", 7110, "a number from 1" },
		{ "(DESCRIPTION=" DATA ")", 7110, "without an ADDRESS" },
		{ "(DESCRIPTION=(ADDRESS_LIST=)" DATA ")", 7110, "ADDRESS_LIST wants a list" },
		{ "(DESRIPTION=" HOST("h") DATA ")", 7110, "begins with (DESCRIPTION=" },
		{ "(DESCRIPTION=(ADRESS=(HOST=h))" DATA ")", 7110, "without an ADDRESS" },
		{ "(DESCRIPTION_LIST=(LOAD_BALANCE=on))", 7110, "no address" },
		{ "(DESCRIPTION=(ADDRESS=(PROTOCOL=ipc)(KEY=k))" DATA ")", 7115, "ipc" },
		{ "(DESCRIPTION=(ADDRESS=(PROTOCOL=beq)(PROGRAM=p))" DATA ")", 7115, "beq" },
		{ "(DESCRIPTION=(RETRY_COUNT=wrong)" HOST("h") ")", 7110, "retry_count=wrong" },
		{ "(DESCRIPTION=(SOURCE_ROUTE=yes)" HOST("h") HOST("i") ")", 7115, "source_route" },
		{ "(DESCRIPTION=(ADDRESS_LIST=(SOURCE_ROUTE=yes)" HOST("h") "))", 7115,
		  "source_route" },
		{ "(DESCRIPTION=" HOST("h") "(CONNECT_DATA=(SERVER=pooled)))", 7115, "pooled" },
		{ "(DESCRIPTION=" HOST("h") "(SECURITY=(SSL_SERVER_DN_MTCH=on)))", 7115,
		  "SSL_SERVER_DN_MTCH" },
		{ "(DESCRIPTION=" HOST("h") "(SECURITY=(AUTHENTICATION_SERVICE=kerberos5)))", 7115,
		  "authentication_service" },
		{ "(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=(A=", 7110, "too deeply" },
	};

	(void)state;
	refuse_all(list, CW_ARRAY_LEN(list));
}

/* ---- tnsnames.ora ------------------------------------------------------------------------ */

static char folder[] = "/tmp/cw_names_XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[200];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && setenv("TNS_ADMIN", folder, 1) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "tnsnames.ora", "more.ora", "sqlnet.ora" };
	char path[200];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)unsetenv("TNS_ADMIN");
	return rmdir(folder);
}

static void an_alias_is_found_through_comments_lists_and_ifile(void **state)
{
	static const struct taken list[] = {
		{ "first", "{[a:1] (SERVICE_NAME=s)}" },
		{ " FIRST ", "{[a:1] (SERVICE_NAME=s)}" },
		{ "second", "{[b:1] (SERVICE_NAME=s)}" },
		{ "third.world", "{[b:1] (SERVICE_NAME=s)}" },
		{ "easy", "{[tcps:e:2484] (SERVICE_NAME=s) wallet=/w#1}" },
		{ "after_garbage", "{[g:1521] (SERVICE_NAME=s)}" },
		{ "twice", "{[last:1521] (SERVICE_NAME=s)}" },
		{ "included", "{[i:1521] (SERVICE_NAME=s)}" },
		{ "behind_ifile", "{[z:1521] (SERVICE_NAME=s)}" },
	};

	(void)state;
	write_file("tnsnames.ora",
		   "# first = (DESCRIPTION=" HOST(
			   "no") ")\n"
				 "first =\n  (DESCRIPTION= # a comment (with parentheses\n   " HOST(
					 "a") "\n"
					      "   " DATA "\n  )\n"
					      "second, Third.World=(DESCRIPTION=" HOST("b") DATA
		   ")\r\n"
		   "easy = tcps://e:2484/s?wallet_location=\"/w#1\"  # and a comment\n"
		   "twice = first/s\n"
		   "some line that is no entry\n"
		   "after_garbage = g/s\n"
		   "IFILE = more.ora\n"
		   "twice = last/s\n"
		   "behind_ifile = z/s");
	write_file("more.ora", "included = i/s\nifile = tnsnames.ora\n");
	take_all(list, CW_ARRAY_LEN(list));
}

static void remove_file(const char *name)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

static void the_default_domain_is_added_to_an_alias_without_a_dot(void **state)
{
	static const struct taken list[] = {
		{ "db", "{[domain:1521] (SERVICE_NAME=s)}" },
		{ "db.shop.test", "{[domain:1521] (SERVICE_NAME=s)}" },
		{ "bare", "{[bare:1521] (SERVICE_NAME=s)}" },
		{ "db.other", "{[other:1521] (SERVICE_NAME=s)}" },
	};
	static const struct refused none[] = { { "gone", 7114, "no alias" },
					       { "db.nowhere", 7114, "no alias" } };

	(void)state;
	write_file("tnsnames.ora", "db = plain/s\ndb.shop.test = domain/s\nbare = bare/s\n"
				   "db.other = other/s\n");
	write_file("sqlnet.ora", "# of this client\nSQLNET.EXPIRE_TIME = 10\n"
				 "names.default_domain = shop.test # ours\n");
	take_all(list, CW_ARRAY_LEN(list));
	refuse_all(none, CW_ARRAY_LEN(none));
	remove_file("sqlnet.ora");
}

static void sqlnet_ora_says_what_the_connect_string_does_not(void **state)
{
	static const struct taken list[] = {
		{ "h/s",
		  "{[h:1521] (SERVICE_NAME=s) sdu=16384 tcp=7000 connect=30000 match=no dn=CN=db tls=12}" },
		{ "h/s?ssl_server_dn_match=on&connect_timeout=5&sdu=8192&ssl_server_cert_dn=\"CN=x\"",
		  "{[h:1521] (SERVICE_NAME=s) tcp=7000 connect=5000 match=yes dn=CN=x tls=12}" },
		{ "(DESCRIPTION=" HOST("a") DATA ")",
		  "{[a:1] (SERVICE_NAME=s) sdu=16384 tcp=7000 connect=30000 match=no dn=CN=db tls=12}" },
	};
	struct cw_ora_destination found;
	struct cw_err err;

	(void)state;
	write_file(
		"sqlnet.ora",
		"SQLNET.ENCRYPTION_CLIENT = REQUIRED\n"
		"sqlnet.encryption_types_client = (AES256,\n AES192)\n"
		"SQLNET.CRYPTO_CHECKSUM_CLIENT=requested\n"
		"SQLNET.CRYPTO_CHECKSUM_TYPES_CLIENT=(SHA256)\n"
		"SQLNET.OUTBOUND_CONNECT_TIMEOUT = 30\nTCP.CONNECT_TIMEOUT=7\n"
		"DEFAULT_SDU_SIZE=16384\nSSL_SERVER_DN_MATCH=NO\nSSL_VERSION=1.2\n"
		"SSL_SERVER_CERT_DN=\"CN=db\"\n"
		"WALLET_LOCATION = (SOURCE = (METHOD = FILE)\n  (METHOD_DATA = (DIRECTORY = /etc/wallet)))\n"
		"SQLNET.ALLOWED_LOGON_VERSION_CLIENT=12a\nSQLNET.RECV_TIMEOUT=90\n"
		"SQLNET.AUTHENTICATION_SERVICES = (BEQ, KERBEROS5)\nFIPS_140 = FALSE\n"
		"SSL_CIPHER_SUITES = (TLS_AES_256_GCM_SHA384)\nTRACE_LEVEL_CLIENT=16\n");
	take_all(list, CW_ARRAY_LEN(list));
	assert_true(cw_ora_destination_read("h/s", &found, &err));
	assert_null(found.description->network.encryption);
	assert_string_equal("REQUIRED", found.otherwise.network.encryption);
	assert_non_null(strstr(found.otherwise.network.encryption_types, "AES192"));
	assert_string_equal("requested", found.otherwise.network.checksum);
	assert_string_equal("(SHA256)", found.otherwise.network.checksum_types);
	assert_string_equal("/etc/wallet", found.otherwise.wallet);
	assert_int_equal(90, found.otherwise.receive_s);
	assert_true(found.otherwise.only_12c);
	assert_true(found.otherwise.cipher_suites);
	cw_ora_destination_release(&found);
	remove_file("sqlnet.ora");
}

static void a_demand_of_sqlnet_ora_that_cannot_be_met_is_refused_by_name(void **state)
{
	static const struct {
		const char *line;
		uint16_t code;
		const char *word;
	} demands[] = {
		{ "SQLNET.AUTHENTICATION_SERVICES=(KERBEROS5)", 7115, "Kerberos" },
		{ "SQLNET.AUTHENTICATION_SERVICES = RADIUS", 7115,
		  "SQLNET.AUTHENTICATION_SERVICES = RADIUS" },
		{ "SQLNET.FIPS_140=TRUE", 7115, "FIPS_140" },
		{ "WALLET_LOCATION=(SOURCE=(METHOD=MCS))", 7115, "WALLET_LOCATION" },
		{ "SSL_VERSION=3.0", 7110, "sqlnet.ora" },
		{ "SQLNET.RECV_TIMEOUT=soon", 7110, "SQLNET.RECV_TIMEOUT" },
		{ "SSL_SERVER_DN_MATCH=perhaps", 7110, "sqlnet.ora" },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(demands); i++) {
		struct refused one[] = { { "h/s", demands[i].code, demands[i].word } };

		write_file("sqlnet.ora", demands[i].line);
		refuse_all(one, 1);
		remove_file("sqlnet.ora");
	}
}

static void an_alias_that_leads_nowhere_is_told(void **state)
{
	static const struct refused list[] = {
		{ "nobody", 7114, "no alias \"nobody\" in" },
		{ "empty", 7114, "no alias" },
		{ "circle", 7110, "" },
		{ "two words", 7110, "no alias, no host" },
	};
	static const struct refused lost[] = { { "x", 7114, "IFILE of" } };
	static const struct refused none[] = { { "x", 7114, "taken for an alias" } };

	(void)state;
	write_file("tnsnames.ora", "empty =\n");
	refuse_all(list, 2);
	write_file("tnsnames.ora", "circle = (circle)\n");
	refuse_all(list + 2, 2);
	write_file("tnsnames.ora", "IFILE = missing.ora\nx = h/s\n");
	refuse_all(lost, 1);
	assert_int_equal(setenv("TNS_ADMIN", "/nowhere/at/all", 1), 0);
	refuse_all(none, 1);
	assert_int_equal(setenv("TNS_ADMIN", folder, 1), 0);
}

/* ---- order --------------------------------------------------------------------------------- */

/* Always the last side: a shuffle turns a, b, c into c, a, b. */
static unsigned last_side(void *context, unsigned sides)
{
	++*(unsigned *)context;
	return sides - 1;
}

static void order_is(const char *text, const char *expected, unsigned rolls_expected)
{
	const struct cw_ora_address *address[CW_ORA_ADDRESSES_MAX];
	const struct cw_ora_description *description[CW_ORA_ADDRESSES_MAX];
	struct cw_ora_destination destination;
	unsigned count, rolls = 0;
	struct cw_err err;
	char shown[200] = "";

	assert_true(cw_ora_destination_read(text, &destination, &err));
	count = cw_ora_description_order(&destination, last_side, &rolls, description);
	for (unsigned i = 0; i < count; i++) {
		unsigned inside =
			cw_ora_destination_order(description[i], last_side, &rolls, address);

		for (unsigned j = 0; j < inside; j++) {
			(void)strcat(shown, address[j]->host);
			(void)strcat(shown, " ");
		}
	}
	assert_string_equal(shown, expected);
	assert_int_equal(rolls, rolls_expected);
	cw_ora_destination_release(&destination);
}

static void failover_and_load_balance_decide_who_is_tried_and_when(void **state)
{
	(void)state;
	order_is("a,b,c/s", "a b c ", 0);
	order_is("a,b,c/s?load_balance=on", "c a b ", 2);
	order_is("a,b,c/s?failover=off", "a ", 0);
	order_is("a,b,c/s?failover=off&load_balance=on", "c ", 2);
	order_is("a,b;c/s", "a b c ", 0);
	order_is("a,b;c/s?load_balance=on", "c b a ", 2);
	order_is("(DESCRIPTION=(FAILOVER=off)(ADDRESS_LIST=" HOST("a")
			 HOST("b") ")(ADDRESS_LIST=" HOST("c") "))",
		 "a b ", 0);
	order_is("(DESCRIPTION_LIST=(DESCRIPTION=" HOST("a") ")(DESCRIPTION=" HOST("b") "))",
		 "b a ", 1);
	order_is("(DESCRIPTION_LIST=(FAILOVER=off)(LOAD_BALANCE=off)(DESCRIPTION=" HOST(
			 "a") ")(DESCRIPTION=" HOST("b") "))",
		 "a ", 0);
}

static void addresses_are_counted_before_there_are_too_many(void **state)
{
	struct cw_ora_destination destination;
	struct cw_err err;
	char text[4 * CW_ORA_ADDRESSES_MAX + 16] = "h";

	(void)state;
	for (unsigned i = 1; i < CW_ORA_ADDRESSES_MAX; i++)
		(void)strcat(text, ",h");
	assert_true(cw_ora_destination_read(text, &destination, &err));
	assert_int_equal(destination.address_count, CW_ORA_ADDRESSES_MAX);
	cw_ora_destination_release(&destination);
	(void)strcat(text, ",h");
	assert_false(cw_ora_destination_read(text, &destination, &err));
	assert_int_equal(err.code, 7110);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(easy_connect_is_taken_in_every_form_of_the_manual),
		cmocka_unit_test(easy_connect_plus_takes_its_parameters),
		cmocka_unit_test(what_is_no_easy_connect_is_refused_with_its_place),
		cmocka_unit_test(a_password_in_a_connect_string_is_refused_and_not_shown),
		cmocka_unit_test(descriptors_are_taken_with_their_lists_and_choices),
		cmocka_unit_test(what_is_no_descriptor_is_refused_with_its_place),
		cmocka_unit_test(an_alias_is_found_through_comments_lists_and_ifile),
		cmocka_unit_test(the_default_domain_is_added_to_an_alias_without_a_dot),
		cmocka_unit_test(sqlnet_ora_says_what_the_connect_string_does_not),
		cmocka_unit_test(a_demand_of_sqlnet_ora_that_cannot_be_met_is_refused_by_name),
		cmocka_unit_test(an_alias_that_leads_nowhere_is_told),
		cmocka_unit_test(failover_and_load_balance_decide_who_is_tried_and_when),
		cmocka_unit_test(addresses_are_counted_before_there_are_too_many),
	};

	return cmocka_run_group_tests_name("destination", tests, make_folder, remove_folder);
}
