/* Which versions of glibc's functions our objects ask for: included before every source, see native_build.py.
 *
 * glibc gives a function a new version when it changes, or when it moves from one of its libraries into another, and
 * the linker takes the newest that the building machine has: with glibc 2.34 our libraries would start nowhere else,
 * for functions that are the same as ever. So each is asked for under its first version, which every later glibc has.
 * Before 2.34 these are in libdl and libpthread, with which each library is linked for that reason. tests/tidy looks
 * at what the libraries need; a line here is for a function that it names. */
#ifndef LC_GLIBC_H
#define LC_GLIBC_H

#define LC_GLIBC_FIRST(function, version) __asm__(".symver " #function ", " #function "@GLIBC_" version)

/* Moved into libc with 2.34; sigmask with 2.32. */
LC_GLIBC_FIRST(dladdr, "2.2.5");
LC_GLIBC_FIRST(dlclose, "2.2.5");
LC_GLIBC_FIRST(dlerror, "2.2.5");
LC_GLIBC_FIRST(dlopen, "2.2.5");
LC_GLIBC_FIRST(dlsym, "2.2.5");
LC_GLIBC_FIRST(pthread_attr_setstacksize, "2.2.5");
LC_GLIBC_FIRST(pthread_condattr_setclock, "2.3.3");
LC_GLIBC_FIRST(pthread_create, "2.2.5");
LC_GLIBC_FIRST(pthread_detach, "2.2.5");
LC_GLIBC_FIRST(pthread_getspecific, "2.2.5");
LC_GLIBC_FIRST(pthread_join, "2.2.5");
LC_GLIBC_FIRST(pthread_key_create, "2.2.5");
LC_GLIBC_FIRST(pthread_key_delete, "2.2.5");
LC_GLIBC_FIRST(pthread_mutex_trylock, "2.2.5");
LC_GLIBC_FIRST(pthread_once, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_destroy, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_init, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_rdlock, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_tryrdlock, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_unlock, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlock_wrlock, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlockattr_destroy, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlockattr_init, "2.2.5");
LC_GLIBC_FIRST(pthread_rwlockattr_setkind_np, "2.2.5");
LC_GLIBC_FIRST(pthread_setname_np, "2.12");
LC_GLIBC_FIRST(pthread_setspecific, "2.2.5");
LC_GLIBC_FIRST(pthread_sigmask, "2.2.5");

/* Without what SVID wanted of errors since 2.29: the same results. */
LC_GLIBC_FIRST(log2, "2.2.5");
LC_GLIBC_FIRST(pow, "2.2.5");

#endif
