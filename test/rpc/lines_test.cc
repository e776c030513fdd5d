#include "rpc/lines.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace plinth;

TEST_CASE("lines are cut at line breaks, wherever the pieces end") {
  const std::string text = "one\r\n\ntwo\n \t\r\n \nthr\ree\nfour";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    std::vector<std::string> lines;
    LineSplitter splitter(100, [&](const Line& line) { lines.push_back(line.text); });
    for (std::size_t i = 0; i < text.size(); i += piece) splitter.feed(std::string_view(text).substr(i, piece));
    splitter.finish();
    CHECK(lines == std::vector<std::string>{"one", "two", "thr\ree", "four"});
  }
}

TEST_CASE("a long line is reported once and skipped") {
  const std::string text = "12345\n123456\n123456789012345678\n1\n1234567";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    std::string heard;
    LineSplitter splitter(5, [&](const Line& line) { heard += line.too_long ? "<long>" : line.text + ";"; });
    for (std::size_t i = 0; i < text.size(); i += piece) splitter.feed(std::string_view(text).substr(i, piece));
    splitter.finish();
    CHECK(heard == "12345;<long><long>1;<long>");
  }
}
