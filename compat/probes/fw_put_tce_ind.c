// SPDX-License-Identifier: GPL-2.0
/* {"answers":"multi-TCE has two firmware features","release":"5.6.."} */
#include <asm/firmware.h>

unsigned long dbp_probe = FW_FEATURE_PUT_TCE_IND | FW_FEATURE_STUFF_TCE;
