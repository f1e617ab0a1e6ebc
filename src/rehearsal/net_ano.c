/* net_ano.c - see net_ano.h */
#include "rehearsal/net_ano.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FILE_BYTES_MAX	  16384
#define ERROR_WEAK_CLIENT 12269u
#define ACCEPT_FLAGS	  0xc1u /* of all recorded ACCEPTs, but for "NA disabled" */

/* ---- sqlnet.ora --------------------------------------------------------------------- */

static bool take_version(const char *value, uint32_t *ret)
{
	unsigned part[5] = { 0 };

	if (sscanf(value, "%3u.%2u.%3u.%2u.%3u", &part[0], &part[1], &part[2], &part[3],
		   &part[4]) < 1)
		return false;
	*ret = part[0] << 24 | (part[1] & 15) << 20 | (part[2] & 255) << 12 |
	       (part[3] & 15) << 8 | (part[4] & 255);
	return true;
}

static bool take_switch(const char *value, bool *ret)
{
	*ret = strcasecmp(value, "true") == 0;
	return *ret || strcasecmp(value, "false") == 0;
}

static bool take(struct net_services *to, const char *name, const char *value)
{
	struct cw_bytes text = cw_bytes_of(value);

	if (strcasecmp(name, "SQLNET.ENCRYPTION_SERVER") == 0)
		return cw_ano_read_level(text, &to->wishes.encryption.level);
	if (strcasecmp(name, "SQLNET.CRYPTO_CHECKSUM_SERVER") == 0)
		return cw_ano_read_level(text, &to->wishes.integrity.level);
	if (strcasecmp(name, "SQLNET.ENCRYPTION_TYPES_SERVER") == 0)
		return cw_ano_read_list(text, CW_ANO_ENCRYPTION, &to->wishes.encryption);
	if (strcasecmp(name, "SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER") == 0)
		return cw_ano_read_list(text, CW_ANO_INTEGRITY, &to->wishes.integrity);
	if (strcasecmp(name, "SQLNET.ALLOW_WEAK_CRYPTO_CLIENTS") == 0)
		return take_switch(value, &to->weak_clients);
	return strcasecmp(name, "REHEARSAL.NETWORK_VERSION") != 0 ||
	       take_version(value, &to->version);
}

/* "NAME = value"; comments and empty lines are none. */
static bool take_line(struct net_services *to, char *line)
{
	char *value;
	size_t len;

	line[strcspn(line, "#\r\n")] = '\0';
	line += strspn(line, " \t");
	value = strchr(line, '=');
	if (!*line)
		return true;
	if (!value)
		return false;
	*value++ = '\0';
	line[strcspn(line, " \t")] = '\0';
	value += strspn(value, " \t");
	len = strlen(value);
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		value[--len] = '\0';
	return take(to, line, value);
}

bool net_services_read(const char *folder, struct net_services *ret, struct cw_err *err)
{
	static const char all_ciphers[] =
		"AES256 AES192 AES128 3DES168 3DES112 RC4_256 RC4_128 RC4_56 RC4_40 DES56C";
	static const char all_sums[] = "SHA512 SHA384 SHA256 SHA1 MD5";
	char path[700], line[1024];
	unsigned nr = 0;
	bool good = true;
	FILE *file;

	*ret = (struct net_services){ .weak_clients = true, .version = 0x13001000 };
	(void)cw_ano_read_list(cw_bytes_of(all_ciphers), CW_ANO_ENCRYPTION,
			       &ret->wishes.encryption);
	(void)cw_ano_read_list(cw_bytes_of(all_sums), CW_ANO_INTEGRITY, &ret->wishes.integrity);
	(void)snprintf(path, sizeof(path), "%s/sqlnet.ora", folder);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT || cw_fail_errno(err, 9105, "opening %s", path);
	while (good && fgets(line, sizeof(line), file)) {
		nr++;
		good = take_line(ret, line);
	}
	(void)fclose(file);
	return good || cw_fail(err, CW_ERR_CONFIG, 9105, "%s line %u is not understood", path, nr);
}

/* ---- what is agreed on ------------------------------------------------------------------ */

bool net_services_required(const struct net_services *services)
{
	return services->wishes.encryption.level == CW_ANO_REQUIRED ||
	       services->wishes.integrity.level == CW_ANO_REQUIRED;
}

/* Recorded ACCEPTs say 0xc5 to clients without network services. */
uint8_t net_services_flags(const struct net_services *services,
			   const struct cw_tns_connect *connect)
{
	uint8_t refused = CW_TNS_NA_DISABLED | CW_TNS_NA_NOT_LINKED;

	if (net_services_required(services))
		return ACCEPT_FLAGS | CW_TNS_NA_REQUIRED;
	return ACCEPT_FLAGS | (connect->flags0 & refused ? CW_TNS_NA_DISABLED : 0);
}

static bool send_message(struct net_conn *conn)
{
	struct cw_err err;

	return cw_tns_link_send(&conn->link, 0, &err);
}

static bool refuse(struct net_conn *conn, const struct net_services *services,
		   enum cw_ano_service_id service, uint32_t error)
{
	cw_ano_put_refusal(cw_tns_link_write(&conn->link), services->version, service, error);
	(void)send_message(conn);
	return false;
}

static bool choose(struct net_conn *conn, const struct net_services *services,
		   const struct cw_ano_offer *offer, struct cw_ano_choice *ret)
{
	/* Keys as since July 2021 only where both sides know them. */
	uint32_t version = cw_ano_is_new(offer->version) ? services->version : 0, error;

	*ret = (struct cw_ano_choice){ .encryption_version = version,
				       .integrity_version = version };
	ret->encryption =
		cw_ano_choose(&services->wishes.encryption, &offer->wishes.encryption, &error);
	if (error)
		return refuse(conn, services, CW_ANO_ENCRYPTION, error);
	ret->integrity =
		cw_ano_choose(&services->wishes.integrity, &offer->wishes.integrity, &error);
	if (error)
		return refuse(conn, services, CW_ANO_INTEGRITY, error);
	if ((ret->encryption || ret->integrity) && !services->weak_clients &&
	    !cw_ano_is_new(offer->version))
		return refuse(conn, services,
			      ret->encryption ? CW_ANO_ENCRYPTION : CW_ANO_INTEGRITY,
			      ERROR_WEAK_CLIENT);
	return true;
}

static bool take_key(struct net_conn *conn, const struct cw_ano_choice *choice,
		     struct cw_ano_seal *seal)
{
	struct cw_ano_message message = { 0 };
	struct cw_ttc_in in;
	struct cw_pass pass;
	struct cw_err err;

	cw_arena_reset(&conn->arena);
	cw_tns_link_listen(&conn->link, &conn->ttc, &conn->arena, &in);
	pass = cw_pass_reading(&in);
	cw_ano_pass(&pass, &message);
	return !cw_ttc_failed(&in) &&
	       cw_ano_seal_server(seal, choice, cw_ano_get_key(&message), &err);
}

bool net_services_agree(struct net_conn *conn, const struct net_services *services,
			struct cw_ttc_in *in)
{
	struct cw_ano_message message = { 0 };
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ano_seal *seal = NULL;
	struct cw_ano_choice choice;
	struct cw_ano_offer offer;
	struct cw_err err;

	cw_ano_pass(&pass, &message);
	if (cw_ttc_failed(in) || !cw_ano_get_offer(&message, &offer) ||
	    !choose(conn, services, &offer, &choice))
		return false;
	choice.has_group = choice.encryption || choice.integrity;
	if (choice.has_group && !cw_ano_seal_offer(&seal, &choice.group, &err))
		return false;
	cw_ano_put_choice(cw_tns_link_write(&conn->link), services->version, &choice);
	if (send_message(conn) && (!seal || take_key(conn, &choice, seal))) {
		cw_tns_link_seal(&conn->link, seal);
		if (choice.encryption)
			conn->cipher = cw_ano_name(CW_ANO_ENCRYPTION, choice.encryption);
		if (choice.integrity)
			conn->checksum = cw_ano_name(CW_ANO_INTEGRITY, choice.integrity);
		return true;
	}
	cw_ano_seal_free(seal);
	return false;
}
