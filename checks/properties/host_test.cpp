// The child host under engines that do their worst: each death is the trace of the program that
// caused it, the other programs of its batch keep theirs, and the host goes on.

#include "checks/engines/host.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include "checks/engines/engines.h"
#include "checks/program/text.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/troublemaker.h"

namespace cradle {
namespace {

// A busy machine may hold a process up for seconds: only what is to hang has a short time.
HostLimits small_limits(double seconds = 20) {
  HostLimits limits;
  limits.seconds = seconds;
  limits.shared_bytes = std::size_t{64} << 20;
  return limits;
}

Job job_of(const std::string& text) {
  Parsed parsed = parse(text, "test");
  EXPECT_FALSE(parsed.error) << parsed.error->text();
  return Job{std::move(parsed.program), std::nullopt};
}

// A batch in which one program makes trouble, between others that compute %1 = their place.
std::vector<Job> batch_with(Trouble trouble, std::size_t place, std::size_t count) {
  std::vector<Job> jobs;
  for (std::size_t k = 0; k < count; ++k) {
    const double number = k == place ? static_cast<double>(trouble) : static_cast<double>(100 + k);
    jobs.push_back(job_of("%0 = input 1\n%1 = pow %0 " + print(number) + "\n"));
  }
  return jobs;
}

void expect_healthy(const Trace& trace, std::size_t place) {
  EXPECT_EQ(trace.death, Death::none) << place;
  ASSERT_EQ(trace.after.size(), 1u) << place;
  ASSERT_EQ(trace.after[0].nodes.size(), 2u) << place;
  EXPECT_EQ(trace.after[0].nodes[1].data, static_cast<double>(100 + place));
}

// Runs a troubled batch and then a healthy one; returns the trace of the troublemaker.
Trace run_batches(Host& host, Trouble trouble) {
  // Behind one that hangs the time is shorter still.
  const std::size_t place = trouble == Trouble::hangs ? 7 : 3;
  host.post(batch_with(trouble, place, 8));
  const std::vector<Trace> traces = host.take();
  EXPECT_EQ(traces.size(), 8u);
  for (std::size_t k = 0; k < traces.size(); ++k) {
    if (k != place) expect_healthy(traces[k], k);
  }
  EXPECT_EQ(host.taken().size(), 8u);
  host.post(batch_with(Trouble::none, 8, 8));
  const std::vector<Trace> next = host.take();
  EXPECT_EQ(next.size(), 8u);
  for (std::size_t k = 0; k < next.size(); ++k) expect_healthy(next[k], k);
  return traces.at(place);
}

// True when within two seconds there is no such process; its parent may have been the host.
bool gone(pid_t process) {
  for (int k = 0; k < 2000; ++k) {
    waitpid(process, nullptr, WNOHANG);
    if (kill(process, 0) != 0 && errno == ESRCH) return true;
    usleep(1000);
  }
  return false;
}

TEST(Host, tells_each_way_to_die_and_goes_on) {
  struct Row {
    Trouble trouble;
    Death death;
    int code;
  };
  for (const Row& row :
       {Row{Trouble::exits, Death::exit, 0}, Row{Trouble::aborts, Death::signal, 6},
        Row{Trouble::hangs, Death::timeout, 0}, Row{Trouble::bends_identity, Death::protocol, 0},
        Row{Trouble::exits_and_leaves_a_child, Death::exit, 0}}) {
    SCOPED_TRACE(static_cast<int>(row.trouble));
    Host host(*troublemaker(), small_limits(row.death == Death::timeout ? 3 : 20));
    const Trace trace = run_batches(host, row.trouble);
    EXPECT_EQ(trace.death, row.death);
    EXPECT_EQ(trace.death_code, row.code);
    EXPECT_EQ(host.deaths(), row.death == Death::protocol ? 0u : 1u);
    if (row.death == Death::protocol) continue;
    EXPECT_EQ(trace.died_at.what, Moment::What::making);
    EXPECT_EQ(trace.died_at.which, 1u);
  }
}

TEST(Host, takes_an_endless_recursion_for_a_signal) {
  Host host(*troublemaker(), small_limits());
  const Trace trace = run_batches(host, Trouble::recurses);
  // A sanitizer turns the signal into an exit, and says so.
  EXPECT_TRUE(trace.death == Death::signal ||
              trace.death_note.find("stack-overflow") != std::string::npos)
      << trace.death_note;
}

TEST(Host, blames_nobody_for_files_that_were_closed_or_a_process_that_was_started) {
  for (const Trouble trouble : {Trouble::closes_files, Trouble::starts_a_child}) {
    pid_t started = 0;
    {
      Host host(*troublemaker(), small_limits());
      EXPECT_EQ(run_batches(host, trouble).death, Death::none);
      started = shared_by_troublemaker().process.load();
    }
    EXPECT_TRUE(trouble == Trouble::closes_files || gone(started));
  }
}

TEST(Host, blames_nobody_for_a_death_between_batches) {
  for (const Trouble trouble : {Trouble::dies_later, Trouble::dies_later_and_leaves_a_child}) {
    Host host(*troublemaker(), small_limits());
    host.post(batch_with(trouble, 0, 2));
    EXPECT_EQ(host.take().at(0).death, Death::none);
    usleep(300'000);
    host.post(batch_with(Trouble::none, 8, 8));
    const std::vector<Trace> traces = host.take();
    ASSERT_EQ(traces.size(), 8u);
    for (std::size_t k = 0; k < traces.size(); ++k) expect_healthy(traces[k], k);
    EXPECT_EQ(host.deaths(), 1u);
  }
}

TEST(Host, survives_an_engine_that_writes_over_the_shared_memory) {
  for (const Trouble trouble : {Trouble::fills_memory_with_ones, Trouble::fills_memory_with_zeros,
                                Trouble::fills_memory_and_aborts}) {
    SCOPED_TRACE(static_cast<int>(trouble));
    Host host(*troublemaker(), small_limits());
    host.post(batch_with(trouble, 3, 8));
    const std::vector<Trace> traces = host.take();
    ASSERT_EQ(traces.size(), 8u);
    std::size_t deaths = 0;
    for (const Trace& trace : traces) deaths += trace.death != Death::none ? 1 : 0;
    EXPECT_GT(deaths, 0u);
    // Traces before it are lost, and the job behind it may be; a fresh child has the others afresh.
    for (std::size_t k = 5; k < traces.size(); ++k) expect_healthy(traces[k], k);
    host.post(batch_with(Trouble::none, 8, 8));
    const std::vector<Trace> next = host.take();
    for (std::size_t k = 0; k < next.size(); ++k) expect_healthy(next[k], k);
  }
}

TEST(Host, reads_garbage_that_an_engine_returns_as_numbers) {
  Host host(*troublemaker(), small_limits());
  const Trace trace = run_batches(host, Trouble::returns_garbage);
  EXPECT_EQ(trace.death, Death::none);
  EXPECT_TRUE(std::isnan(trace.after.at(0).nodes.at(1).grad));
}

TEST(Host, ends_a_program_that_hangs_and_leaves_no_process_behind) {
  Host host(*troublemaker(), small_limits(1));
  const auto start = std::chrono::steady_clock::now();
  host.post(batch_with(Trouble::hangs, 0, 1));
  EXPECT_EQ(host.take().at(0).death, Death::timeout);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  EXPECT_GE(elapsed.count(), 1);
  EXPECT_LT(elapsed.count(), 20);
  EXPECT_TRUE(gone(shared_by_troublemaker().process.load()));
}

TEST(Host, does_not_run_the_rest_of_a_batch_after_several_hangs) {
  Host host(*troublemaker(), small_limits(1));
  std::vector<Job> jobs = batch_with(Trouble::none, 10, 2);
  for (int k = 0; k < 20; ++k) jobs.push_back(batch_with(Trouble::hangs, 0, 1).front());
  host.post(jobs);
  const std::vector<Trace> traces = host.take();
  ASSERT_EQ(traces.size(), 22u);
  expect_healthy(traces[0], 0);
  expect_healthy(traces[1], 1);
  std::size_t timeouts = 0;
  std::size_t unrun = 0;
  for (std::size_t k = 2; k < traces.size(); ++k) {
    timeouts += traces[k].death == Death::timeout ? 1 : 0;
    unrun += traces[k].death == Death::unrun ? 1 : 0;
    EXPECT_TRUE(unrun == 0 || traces[k].death == Death::unrun);
  }
  EXPECT_GE(timeouts, 2u);
  EXPECT_LE(timeouts, 4u);
  EXPECT_EQ(timeouts + unrun, 20u);
  expect_healthy(host.run(batch_with(Trouble::none, 1, 1).front().program), 0);
}

TEST(Host, gives_the_engine_the_stack_that_was_asked) {
  HostLimits limits = small_limits();
  limits.stack_bytes = std::size_t{256} << 10;
  const Program program = batch_with(Trouble::takes_a_megabyte_of_stack, 0, 1).front().program;
  EXPECT_NE(Host(*troublemaker(), limits).run(program).death, Death::none);
  limits.stack_bytes = std::size_t{8} << 20;
  EXPECT_EQ(Host(*troublemaker(), limits).run(program).death, Death::none);
}

TEST(Host, gives_the_engine_the_memory_that_was_asked) {
  if (kTroubleSanitized) {
    std::printf("host: 1 law left out under a sanitizer, which needs all memory for itself\n");
    return;
  }
  HostLimits limits = small_limits();
  limits.memory_bytes = std::size_t{256} << 20;
  const Program program = batch_with(Trouble::takes_a_gigabyte, 0, 1).front().program;
  EXPECT_FALSE(Host(*troublemaker(), limits).run(program).made.at(1));
  limits.memory_bytes = std::size_t{4} << 30;
  EXPECT_TRUE(Host(*troublemaker(), limits).run(program).made.at(1));
}

TEST(Host, names_the_program_that_a_planted_bug_dies_of) {
  struct Row {
    const char* engine;
    const char* text;
    Death death;
  };
  // Instrumented, a recursion has larger frames.
  const char* const deep = kSanitized ? "family chain 200000\n" : "family chain 1000000\n";
  for (const Row& row :
       {Row{"faulty:exit_on_domain", "%0 = input 0\n%1 = log %0\n", Death::exit},
        Row{"faulty:crash_on_nan", "%0 = input nan\n%1 = exp %0\n", Death::signal},
        Row{"faulty:hang_on_zero_exponent", "%0 = input 1\n%1 = pow %0 0\n", Death::timeout},
        Row{"faulty:recursive_backward", deep, Death::signal},
        Row{"faulty:recursive_release", deep, Death::signal},
        Row{"faulty:fixed_array_10000", "family chain 10001\n", Death::signal}}) {
    SCOPED_TRACE(row.engine);
    HostLimits limits = small_limits();
    limits.seconds = row.death == Death::timeout ? 3 : 60;
    limits.shared_bytes = std::size_t{1} << 30;
    Host host(*find_engine(row.engine), limits);
    const Job good = job_of("%0 = input 2\n%1 = exp %0\n");
    host.post({good, job_of(row.text)});
    const std::vector<Trace> traces = host.take();
    ASSERT_EQ(traces.size(), 2u);
    EXPECT_EQ(traces[0].death, Death::none);
    EXPECT_EQ(host.run(good.program).death, Death::none);
    const bool told = traces[1].death_note.find("ERROR: ") != std::string::npos;
    EXPECT_TRUE(traces[1].death == row.death || (row.death == Death::signal && told))
        << static_cast<int>(traces[1].death) << traces[1].death_note;
  }
}

TEST(Host, works_when_its_standard_files_are_closed) {
  const pid_t child = fork();
  if (child == 0) {
    for (const int file : {0, 1, 2}) close(file);
    Host host(*find_engine("textbook"), small_limits());
    const Trace trace = host.run(job_of("%0 = input 2\n%1 = exp %0\n").program);
    _exit(trace.death == Death::none && trace.after.size() == 1 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Host, takes_an_empty_batch_and_refuses_one_beyond_its_memory) {
  HostLimits limits = small_limits();
  limits.shared_bytes = std::size_t{1} << 16;
  Host host(*find_engine("textbook"), limits);
  host.post({});
  EXPECT_TRUE(host.take().empty());
  EXPECT_THROW(host.post({job_of("family chain 10000\n")}), std::length_error);
  // This job fits, but not its trace, with a hundred nodes after each of fifty actions.
  std::string text;
  for (int node = 0; node < 100; ++node) text += "%" + std::to_string(node) + " = input 1\n";
  for (int k = 0; k < 50; ++k) text += "zero_grad\n";
  EXPECT_EQ(host.run(job_of(text).program).death, Death::protocol);
  EXPECT_EQ(host.run(job_of("%0 = input 2\n").program).death, Death::none);
}

}  // namespace
}  // namespace cradle
