// Prettier's printer: commands on a stack, groups tried flat first.
#include "engine/js/js.h"

namespace plinth::js {
namespace {

constexpr std::size_t width = 100;
constexpr std::size_t indentation = 2;

struct Command {
  std::size_t indent;
  bool broken;
  const Doc* doc;
  bool forced = false;  // a group that breaks although nothing in it asks for it
};

enum class Call { flat, hugged, broken };

// Characters, not bytes.
std::size_t columns(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) out += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return out;
}

Doc blank(Doc::Kind kind) {
  Doc out;
  out.kind = kind;
  return out;
}

class Layout {
 public:
  explicit Layout(std::size_t column) : column_(column) {}

  std::string print(const Doc& doc) {
    const std::size_t start = column_;
    stack_.push_back({start, true, &doc});
    while (!stack_.empty()) {
      const Command c = stack_.back();
      stack_.pop_back();
      step(c);
    }
    return std::move(out_);
  }

 private:
  void step(const Command& c) {
    switch (c.doc->kind) {
      case Doc::Kind::text: return put(c.doc->content);
      case Doc::Kind::if_broken: return c.broken ? put(c.doc->content) : void();
      case Doc::Kind::concat: return push_parts(stack_, c, c.indent, c.broken);
      case Doc::Kind::indent: return push_parts(stack_, c, c.indent + indentation, c.broken);
      case Doc::Kind::line: return c.broken ? new_line(c.indent) : put(" ");
      case Doc::Kind::soft_line: return c.broken ? new_line(c.indent) : void();
      case Doc::Kind::hard_line: return new_line(c.indent);
      case Doc::Kind::group: {
        const bool broken = c.doc->breaks || c.forced || (c.broken && !fits({{c.indent, false, c.doc}}));
        return push_parts(stack_, c, c.indent, broken);
      }
      case Doc::Kind::hug: return push_call(stack_, c, best_call(c));
    }
  }

  Call best_call(const Command& c) const {
    if (!c.broken) return Call::flat;
    for (const Call way : {Call::flat, Call::hugged}) {
      std::vector<Command> commands;
      push_call(commands, c, way);
      if (fits(std::move(commands))) return way;
    }
    return Call::broken;
  }

  // Whether what is left of the line has room for a document and for what follows it up to the next new line.
  bool fits(std::vector<Command> todo) const {
    if (column_ > width) return false;
    std::size_t room = width - column_;
    std::size_t rest = stack_.size();
    while (true) {
      if (todo.empty()) {
        if (rest == 0) return true;
        todo.push_back(stack_[--rest]);
        continue;
      }
      const Command c = todo.back();
      todo.pop_back();
      std::string_view taken;
      switch (c.doc->kind) {
        case Doc::Kind::text: taken = c.doc->content; break;
        case Doc::Kind::if_broken: taken = c.broken ? std::string_view(c.doc->content) : std::string_view(); break;
        case Doc::Kind::concat:
        case Doc::Kind::indent: push_parts(todo, c, c.indent, c.broken); break;
        case Doc::Kind::group: push_parts(todo, c, c.indent, c.doc->breaks || c.forced || c.broken); break;
        case Doc::Kind::hug: push_call(todo, c, c.broken ? Call::broken : Call::flat); break;
        case Doc::Kind::line:
          if (c.broken) return true;
          taken = " ";
          break;
        case Doc::Kind::soft_line:
          if (c.broken) return true;
          break;
        case Doc::Kind::hard_line: return true;
      }
      const std::size_t used = columns(taken);
      if (used > room) return false;
      room -= used;
    }
  }

  static void push_parts(std::vector<Command>& to, const Command& c, std::size_t indent, bool broken) {
    for (auto part = c.doc->parts.rbegin(); part != c.doc->parts.rend(); ++part) to.push_back({indent, broken, &*part});
  }

  void push_call(std::vector<Command>& to, const Command& c, Call way) const {
    const bool broken = way == Call::broken;
    const std::size_t inner = broken ? c.indent + indentation : c.indent;
    const auto& parts = c.doc->parts;
    to.push_back({c.indent, false, &close_});
    if (broken) {
      to.push_back({c.indent, true, &soft_line_});
      to.push_back({c.indent, true, &comma_});
    }
    for (std::size_t i = parts.size() - 1; i > 0; --i) {
      to.push_back({inner, broken, &parts[i], way == Call::hugged && i + 1 == parts.size()});
      if (i > 1) {
        to.push_back({inner, broken, &line_});
        to.push_back({inner, false, &comma_});
      }
    }
    if (broken) to.push_back({inner, true, &soft_line_});
    to.push_back({c.indent, false, parts.data()});
  }

  void put(std::string_view text) {
    out_ += text;
    column_ += columns(text);
  }
  void new_line(std::size_t indent) {
    out_.erase(out_.find_last_not_of(' ') + 1);
    out_ += "\n" + std::string(indent, ' ');
    column_ = indent;
  }

  const Doc comma_ = text(","), close_ = text(")"), line_ = blank(Doc::Kind::line),
            soft_line_ = blank(Doc::Kind::soft_line);
  std::vector<Command> stack_;
  std::string out_;
  std::size_t column_;
};

}  // namespace

std::string lay_out(const Doc& doc, std::size_t column) { return Layout(column).print(doc); }

}  // namespace plinth::js
