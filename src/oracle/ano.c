/* ano.c - native network encryption, the client's side of it; see wire.h */
#include "oracle/wire.h"

#include <stdio.h>

static const char *said(const char *in_string, const char *by_login, const char *otherwise)
{
	if (in_string)
		return in_string;
	return by_login ? by_login : otherwise;
}

static bool bad_word(const char *what, const char *value, const char *wanted, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 7110, "%s: '%.40s' is not %s", what, value, wanted);
}

static bool read_wish(const char *level, const char *types, enum cw_ano_service_id service,
		      struct cw_ano_wish *ret, struct cw_err *err)
{
	const char *what = service == CW_ANO_ENCRYPTION ? "encryption" : "crypto_checksum";

	*ret = (struct cw_ano_wish){ .level = CW_ANO_ACCEPTED };
	if (level && !cw_ano_read_level(cw_bytes_of(level), &ret->level))
		return bad_word(what, level, "accepted, rejected, requested or required", err);
	if (types && !cw_ano_read_list(cw_bytes_of(types), service, ret))
		return bad_word(what, types,
				service == CW_ANO_ENCRYPTION
					? "a list of AES256, AES192, AES128, 3DES168, 3DES112, "
					  "DES56C, RC4_256, RC4_128, RC4_56, RC4_40"
					: "a list of SHA512, SHA384, SHA256, SHA1, MD5",
				err);
	return true;
}

bool ora_services_wanted(struct cw_ora *ora, const struct cw_ora_login *login,
			 const struct cw_ora_description *description,
			 const struct cw_ora_network *otherwise, bool over_tls,
			 struct cw_err *err)
{
	struct ora_services *services = &ora->services;

	*services = (struct ora_services){ 0 };
	if (!read_wish(said(description->network.encryption, login->encryption,
			    otherwise->encryption),
		       said(description->network.encryption_types, login->encryption_types,
			    otherwise->encryption_types),
		       CW_ANO_ENCRYPTION, &services->wishes.encryption, err) ||
	    !read_wish(said(description->network.checksum, login->checksum, otherwise->checksum),
		       said(description->network.checksum_types, login->checksum_types,
			    otherwise->checksum_types),
		       CW_ANO_INTEGRITY, &services->wishes.integrity, err))
		return false;
	if (over_tls && description->network.not_over_tls)
		services->wishes.encryption.level = services->wishes.integrity.level =
			CW_ANO_REJECTED;
	services->offered = services->wishes.encryption.level != CW_ANO_REJECTED ||
			    services->wishes.integrity.level != CW_ANO_REJECTED;
	return true;
}

bool ora_services_accepted(struct cw_ora *ora, const struct cw_tns_accept *accept,
			   struct cw_err *err)
{
	struct ora_services *services = &ora->services;
	bool required = services->wishes.encryption.level == CW_ANO_REQUIRED ||
			services->wishes.integrity.level == CW_ANO_REQUIRED;

	if (!services->offered)
		return !(accept->flags0 & CW_TNS_NA_REQUIRED) ||
		       cw_fail(err, CW_ERR_CONFIG, 7113,
			       "the server requires native network encryption, which is rejected "
			       "here");
	services->offered = accept->flags0 & CW_TNS_NA_WANTED &&
			    !(accept->flags0 & CW_TNS_NA_DISABLED) &&
			    !(accept->flags1 & CW_TNS_NA_NOT_LINKED);
	return services->offered || !required ||
	       cw_fail(err, CW_ERR_CONFIG, 7113,
		       "native network encryption is required here, and the server has none");
}

/* Our half of the key exchange; what comes after it is sealed. */
static bool seal(struct cw_ora *ora, const struct cw_ano_choice *choice, struct cw_err *err)
{
	uint8_t public_key[CW_ANO_GROUP_BYTES_MAX];
	struct cw_ano_seal *made;

	if (!cw_ano_seal_client(choice, public_key, &made, err))
		return false;
	cw_ano_put_key(cw_tns_link_write(&ora->link),
		       (struct cw_bytes){ public_key, choice->group.prime.len });
	if (!cw_tns_link_send(&ora->link, 0, err)) {
		cw_ano_seal_free(made);
		return false;
	}
	cw_tns_link_seal(&ora->link, made);
	return true;
}

bool ora_services_agree(struct cw_ora *ora, struct cw_err *err)
{
	struct ora_services *services = &ora->services;
	struct cw_ano_message answer = { 0 };
	struct cw_ano_choice choice;
	struct cw_ttc_in in;
	struct cw_pass pass;

	services->encryption = services->integrity = 0;
	if (!services->offered)
		return true;
	cw_ano_put_offer(cw_tns_link_write(&ora->link), &services->wishes);
	if (!cw_tns_link_send(&ora->link, 0, err))
		return false;
	cw_tns_link_listen(&ora->link, &ora->ttc, &ora->arena, &in);
	pass = cw_pass_reading(&in);
	cw_ano_pass(&pass, &answer);
	if (cw_ttc_failed(&in))
		return cw_tns_link_fail(&ora->link, &in, "network services", err);
	if (!cw_ano_get_choice(&answer, &services->wishes, &choice, err))
		return false;
	services->encryption = choice.encryption;
	services->integrity = choice.integrity;
	return (choice.encryption == 0 && choice.integrity == 0) || seal(ora, &choice, err);
}

void ora_services_show(const struct cw_ora *ora, char *ret, size_t room)
{
	const struct ora_services *services = &ora->services;

	(void)snprintf(ret, room, ", native encryption none");
	if (services->encryption != 0 || services->integrity != 0)
		(void)snprintf(ret, room, ", encryption %s, checksum %s",
			       cw_ano_name(CW_ANO_ENCRYPTION, services->encryption),
			       cw_ano_name(CW_ANO_INTEGRITY, services->integrity));
}
