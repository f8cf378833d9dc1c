/* A program with an OpenSSL of its own, and CUDA: neither knows of the other. With OWN_NAMES its OpenSSL is a few
 * functions of such names, which end the program when somebody calls them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_api.h"

#ifdef OWN_NAMES
#define TRAP(name)                                                                                                     \
    void name(void);                                                                                                   \
    void name(void)                                                                                                    \
    {                                                                                                                  \
        fputs(#name " was called\n", stderr);                                                                          \
        abort();                                                                                                       \
    }
TRAP(OPENSSL_init_ssl)
TRAP(OPENSSL_init_crypto)
TRAP(SSL_CTX_new)
TRAP(SSL_new)
TRAP(SSL_do_handshake)
TRAP(SSL_read_ex)
TRAP(SSL_write_ex)
TRAP(SSL_free)
TRAP(BIO_new)
TRAP(BIO_meth_new)
TRAP(CRYPTO_malloc)
TRAP(CRYPTO_free)
TRAP(ERR_clear_error)
TRAP(EVP_sha256)
TRAP(X509_digest)
TRAP(RAND_bytes)
TRAP(getentropy)
TRAP(secure_getenv)

static void use_openssl(void)
{
}
#else
#include <openssl/ssl.h>

/* A handshake with itself that has to fail for want of a certificate, and a digest. */
static void use_openssl(void)
{
    unsigned char digest[32];
    unsigned bytes = 0;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl);
    if (SSL_do_handshake(ssl) == 1 || !EVP_Digest("abc", 3, digest, &bytes, EVP_sha256(), NULL) || digest[0] != 0xba)
        exit(3);
    SSL_free(ssl);
    SSL_CTX_free(context);
}
#endif

static void need(CUresult result)
{
    if (result) {
        fprintf(stderr, "CUDA: %d\n", (int)result);
        exit(2);
    }
}

int main(void)
{
    enum { BYTES = 3 << 20 };
    static unsigned char out[BYTES], back[BYTES];
    CUcontext context;
    CUdevice device;
    CUdeviceptr memory;
    for (int i = 0; i < BYTES; i++)
        out[i] = (unsigned char)(i * 7 + i / 251);
    use_openssl();
    need(cuInit(0));
    use_openssl();
    need(cuDeviceGet(&device, 0));
    need(cuCtxCreate_v2(&context, 0, device));
    need(cuMemAlloc_v2(&memory, BYTES));
    need(cuMemcpyHtoD_v2(memory, out, BYTES));
    use_openssl();
    need(cuMemcpyDtoH_v2(back, memory, BYTES));
    puts(memcmp(out, back, BYTES) ? "wrong" : "ok");
    use_openssl();
    return 0;
}
