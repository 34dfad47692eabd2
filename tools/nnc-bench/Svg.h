//===- Svg.h - a drawing as SVG text ----------------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_SVG_H
#define NNC_TOOLS_NNCBENCH_SVG_H

#include <string>
#include <vector>

struct Point {
  double x = 0, y = 0;
};

/// A drawing on white of `width` times `height` pixels, origin at the upper left. Colours are CSS's.
class Svg {
public:
  enum class Anchor { Start, Middle, End };

  Svg(double width, double height);

  void line(const std::vector<Point> &points, const std::string &colour, double width);
  void circle(Point centre, double radius, const std::string &colour);
  void box(Point corner, double width, double height, const std::string &border);
  /// `at` is on the base line; `degrees` turns the text around it.
  void text(Point at, const std::string &text, Anchor anchor = Anchor::Start, const std::string &colour = "#222",
            double size = 13, double degrees = 0);

  /// The whole file.
  std::string finish() const { return body + "</svg>\n"; }

private:
  std::string body;
};

#endif // NNC_TOOLS_NNCBENCH_SVG_H
