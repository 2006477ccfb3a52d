// SPDX-License-Identifier: GPL-2.0
/* {"answers":"plpar_hcall() and plpar_hcall_norets() exist","release":"4.18.."} */
#include <asm/hvcall.h>

static long __used dbp_probe(unsigned long liobn, unsigned long ioba)
{
	unsigned long retbuf[PLPAR_HCALL_BUFSIZE];

	return plpar_hcall(H_GET_TCE, retbuf, liobn, ioba) ?:
	       plpar_hcall_norets(H_PUT_TCE, liobn, ioba, retbuf[0]);
}
