/* A V4L2 camera without hardware, as a library to preload.
 *
 * The file that $V4L2_DEVICE names behaves as /dev/videoN would: two buffers or more, 30 frames a
 * second of 640×480 or 1280×720 YUYV, stamped on the monotonic clock, dropped where no buffer is
 * free. While FILE.stall exists no frame comes; while FILE.busy exists another program has it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, BYTES = 1280 * 720 * 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t ticker;
static int handle = -1, bell = -1, streaming = 0;
static unsigned width = 640, height = 480, count = 0, sequence = 0;
static unsigned char *memory = NULL;
static int waiting[MOST], done[MOST], waiting_n = 0, done_n = 0;
static struct timespec stamps[MOST];

static int exists(const char *suffix)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s", getenv("V4L2_DEVICE"), suffix);
    return access(path, F_OK) == 0;
}

static int shift(int *list, int *n)
{
    int first = list[0];
    memmove(list, list + 1, --*n * sizeof *list);
    return first;
}

static void *tick(void *unused)
{
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    while (streaming) {
        due.tv_nsec += 33333333;
        if (due.tv_nsec >= 1000000000) { due.tv_nsec -= 1000000000; due.tv_sec++; }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        pthread_mutex_lock(&lock);
        sequence++;
        if (waiting_n && !exists(".stall")) {
            int index = shift(waiting, &waiting_n);
            memset(memory + index * BYTES, 16 + sequence * 7 % 200, width * height * 2);
            stamps[index] = due;
            done[done_n++] = index;
            if (write(bell, "", 1) != 1) abort();
        }
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void stop(void)
{
    char byte;
    if (streaming) {
        streaming = 0;
        pthread_join(ticker, NULL);
    }
    while (handle >= 0 && read(handle, &byte, 1) == 1) {}
    waiting_n = done_n = 0;
}

static int refuse(int number) { errno = number; return -1; }

static void describe(struct v4l2_buffer *buffer)
{
    buffer->length = BYTES;
    buffer->m.offset = buffer->index * BYTES;
    buffer->memory = V4L2_MEMORY_MMAP;
}

static int answer(unsigned long request, void *argument)
{
    char byte;
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *capability = argument;
        memset(capability, 0, sizeof *capability);
        strcpy((char *)capability->driver, "uvcvideo");
        strcpy((char *)capability->card, "Camera without hardware");
        capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        capability->capabilities = capability->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_S_FMT: {
        struct v4l2_format *format = argument;
        if (exists(".busy")) return refuse(EBUSY);
        width = format->fmt.pix.width >= 960 ? 1280 : 640;
        height = width * 9 / 16 == 720 ? 720 : 480;
    } /* fall through */
    case VIDIOC_G_FMT: {
        struct v4l2_format *format = argument;
        format->fmt.pix.width = width;
        format->fmt.pix.height = height;
        format->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
        format->fmt.pix.bytesperline = width * 2;
        format->fmt.pix.sizeimage = width * height * 2;
        return 0;
    }
    case VIDIOC_S_PARM:
    case VIDIOC_G_PARM: {
        struct v4l2_streamparm *parameters = argument;
        parameters->parm.capture.timeperframe.numerator = 1;
        parameters->parm.capture.timeperframe.denominator = 30;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *buffers = argument;
        if (exists(".busy")) return refuse(EBUSY);
        stop();
        if (buffers->count) buffers->count = buffers->count < 2 ? 2 : buffers->count;
        if (buffers->count > MOST) buffers->count = MOST;
        count = buffers->count;
        return 0;
    }
    case VIDIOC_QUERYBUF:
        if (((struct v4l2_buffer *)argument)->index >= count) return refuse(EINVAL);
        describe(argument);
        return 0;
    case VIDIOC_QBUF:
        pthread_mutex_lock(&lock);
        waiting[waiting_n++] = ((struct v4l2_buffer *)argument)->index;
        pthread_mutex_unlock(&lock);
        return 0;
    case VIDIOC_DQBUF: {
        struct v4l2_buffer *buffer = argument;
        if (read(handle, &byte, 1) != 1) return refuse(EAGAIN);
        pthread_mutex_lock(&lock);
        buffer->index = shift(done, &done_n);
        pthread_mutex_unlock(&lock);
        describe(buffer);
        buffer->bytesused = width * height * 2;
        buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        buffer->timestamp.tv_sec = stamps[buffer->index].tv_sec;
        buffer->timestamp.tv_usec = stamps[buffer->index].tv_nsec / 1000;
        return 0;
    }
    case VIDIOC_STREAMON:
        if (!streaming) {
            streaming = 1;
            pthread_create(&ticker, NULL, tick, NULL);
        }
        return 0;
    case VIDIOC_STREAMOFF:
        stop();
        return 0;
    default:
        return refuse(EINVAL);
    }
}

static int open_device(void)
{
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC)) return -1;
    if (handle >= 0) { /* a second opening, as for a query: no stream of its own */
        close(ends[1]);
        return ends[0];
    }
    if (!memory) memory = mmap(NULL, MOST * BYTES, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handle = ends[0];
    bell = ends[1];
    return handle;
}

static int is_device(const char *path)
{
    const char *device = getenv("V4L2_DEVICE");
    return device && path && strcmp(path, device) == 0;
}

#define OPEN(name)                                                     \
    int name(const char *path, int flags, ...)                         \
    {                                                                  \
        va_list rest;                                                  \
        va_start(rest, flags);                                         \
        mode_t mode = va_arg(rest, mode_t);                            \
        va_end(rest);                                                  \
        if (is_device(path)) return open_device();                     \
        int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
        return next(path, flags, mode);                                \
    }
OPEN(open)
OPEN(open64)

int ioctl(int file, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (file == handle && file >= 0) return answer(request & 0xffffffff, argument);
    int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return next(file, request, argument);
}

static void *map(const char *name, void *at, size_t length, int access, int flags, int file, off_t offset)
{
    if (file == handle && file >= 0) return memory + offset;
    void *(*next)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, name);
    return next(at, length, access, flags, file, offset);
}

void *mmap(void *at, size_t length, int access, int flags, int file, off_t offset)
{
    return map("mmap", at, length, access, flags, file, offset);
}

void *mmap64(void *at, size_t length, int access, int flags, int file, off_t offset)
{
    return map("mmap64", at, length, access, flags, file, offset);
}

int munmap(void *at, size_t length)
{
    if (memory && (unsigned char *)at >= memory && (unsigned char *)at < memory + MOST * BYTES) return 0;
    int (*next)(void *, size_t) = dlsym(RTLD_NEXT, "munmap");
    return next(at, length);
}

int close(int file)
{
    int (*next)(int) = dlsym(RTLD_NEXT, "close");
    if (file == handle && file >= 0) {
        stop();
        next(bell);
        handle = bell = -1;
    }
    return next(file);
}
