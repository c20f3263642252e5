/* Loaded into the chat before the C library (LD_PRELOAD): lets calls for the files of one folder fail,
 * as a full or broken disk does. `faulty_disk.rs` compiles this, and says through a shared file which
 * calls fail. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum call { NONE, READ, WRITE, SYNC, LOCK };

/* The layout of the shared file. */
struct control {
    atomic_int call;   /* the kind of call that fails */
    atomic_int error;  /* the errno that it sets */
    atomic_int lasts;  /* whether those after the first one fail, too */
    atomic_int left;   /* how many calls it takes until the first one fails */
    atomic_int failed; /* how many have failed */
};

static struct control *control;
static const char *folder;

__attribute__((constructor)) static void open_control(void) {
    const char *path = getenv("FAULTY_DISK_CONTROL");
    folder = getenv("FAULTY_DISK_FOLDER");
    int file = path == NULL ? -1 : open(path, O_RDWR);
    void *shared = MAP_FAILED;
    if (file >= 0)
        shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (folder == NULL || shared == MAP_FAILED) {
        perror("the control file of the faulty disk");
        abort();
    }
    close(file);
    control = shared;
}

static int is_in_folder(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    size_t prefix = strlen(folder);
    return length > (ssize_t)prefix && strncmp(path, folder, prefix) == 0;
}

/* Whether this call fails. Then errno is set. */
static int fails(int file, enum call call) {
    if (control == NULL || atomic_load(&control->call) != (int)call || !is_in_folder(file))
        return 0;
    int left = atomic_fetch_sub(&control->left, 1);
    if (left > 1 || (left < 1 && !atomic_load(&control->lasts)))
        return 0;
    atomic_fetch_add(&control->failed, 1);
    errno = atomic_load(&control->error);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t read(int file, void *bytes, size_t size) {
    return fails(file, READ) ? -1 : REAL(read)(file, bytes, size);
}

ssize_t pread64(int file, void *bytes, size_t size, off64_t at) {
    return fails(file, READ) ? -1 : REAL(pread64)(file, bytes, size, at);
}

ssize_t pread(int file, void *bytes, size_t size, off_t at) {
    return pread64(file, bytes, size, at);
}

ssize_t write(int file, const void *bytes, size_t size) {
    return fails(file, WRITE) ? -1 : REAL(write)(file, bytes, size);
}

/* Half of the bytes reach the disk: whoever reads them later must notice. */
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    if (!fails(file, WRITE))
        return REAL(pwrite64)(file, bytes, size, at);
    int error = errno;
    REAL(pwrite64)(file, bytes, size / 2, at);
    errno = error;
    return -1;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    return pwrite64(file, bytes, size, at);
}

int ftruncate64(int file, off64_t size) {
    return fails(file, WRITE) ? -1 : REAL(ftruncate64)(file, size);
}

int ftruncate(int file, off_t size) {
    return ftruncate64(file, size);
}

int fsync(int file) {
    return fails(file, SYNC) ? -1 : REAL(fsync)(file);
}

int fdatasync(int file) {
    return fails(file, SYNC) ? -1 : REAL(fdatasync)(file);
}

int fcntl64(int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    int locks = command == F_SETLK && ((struct flock *)argument)->l_type != F_UNLCK;
    return locks && fails(file, LOCK) ? -1 : REAL(fcntl64)(file, command, argument);
}

int fcntl(int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return fcntl64(file, command, argument);
}
