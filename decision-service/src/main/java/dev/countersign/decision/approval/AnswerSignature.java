package dev.countersign.decision.approval;

/**
 * What a gateway has put under an answer.
 *
 * @param key its public key, base64 of the SubjectPublicKeyInfo
 * @param signature Ed25519, base64
 */
record AnswerSignature(String key, String signature) {}
