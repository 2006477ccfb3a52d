/* SPDX-License-Identifier: GPL-2.0 */
/* What the proofs share: values that may be anything, what is assumed of them, and what is claimed. */
#ifndef PROVE_H
#define PROVE_H

#define assume(condition) __CPROVER_assume(condition)
#define claim(condition, text) __CPROVER_assert(condition, text)

/* Only declared: each call returns any value of its type. */
unsigned long long nondet_u64(void);
unsigned int nondet_u32(void);
int nondet_int(void);
unsigned char nondet_u8(void);
_Bool nondet_bool(void);
unsigned long nondet_size(void);

/* CBMC has this for a conclusion that is only wanted under a condition. */
#define implies(condition, conclusion) (!(condition) || (conclusion))

#endif /* PROVE_H */
