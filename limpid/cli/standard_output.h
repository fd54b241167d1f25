#pragma once
// What a program prints must arrive: a full disk behind `> file` is a failure of the program.

#include <cerrno>
#include <cstdio>
#include <cstring>
#if __has_include(<unistd.h>)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace limpid {

/// First thing in main: when a standard stream was closed (`>&-`), the next file that is opened
/// would take its number, and be written into by printf. /dev/null takes it, opened the wrong way
/// round, so that using the stream still fails.
inline void hold_standard_streams() {
#if __has_include(<unistd.h>)
  for (int fd = 0; fd <= 2; ++fd)
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF)
      (void)::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
#endif
}

/// Last thing in main: `code`, or 1 with a message when standard output did not take everything. A
/// reader that has gone (`| head -1`) gets no message.
inline int after_output(int code, const char* program) {
  const bool failed_before = std::ferror(stdout) != 0;
  errno = 0;
  if (std::fflush(stdout) == 0 && !failed_before) return code;
  const int error = errno;
  if (error != EPIPE)
    std::fprintf(stderr, "%s: standard output: %s\n", program,
                 error ? std::strerror(error) : "not all of it could be written");
  return code ? code : 1;
}

}  // namespace limpid
