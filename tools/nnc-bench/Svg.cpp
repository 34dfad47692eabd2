//===- Svg.cpp - a drawing as SVG text ------------------------------------===//

#include "tools/nnc-bench/Svg.h"

#include <cstdio>

/// With one decimal, which is enough for pixels.
static std::string number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", value);
  return buffer;
}

static std::string escape(const std::string &text) {
  std::string escaped;
  for (char c : text)
    escaped += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return escaped;
}

Svg::Svg(double width, double height) {
  std::string size = "width=\"" + number(width) + "\" height=\"" + number(height) + "\"";
  body = "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size + " viewBox=\"0 0 " + number(width) + " " +
         number(height) + "\" font-family=\"sans-serif\">\n<rect " + size + " fill=\"white\"/>\n";
}

void Svg::line(const std::vector<Point> &points, const std::string &colour, double width) {
  body += "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"" + number(width) + "\" points=\"";
  for (const Point &point : points)
    body += number(point.x) + "," + number(point.y) + " ";
  body.back() = '"';
  body += "/>\n";
}

void Svg::circle(Point centre, double radius, const std::string &colour) {
  body += "<circle cx=\"" + number(centre.x) + "\" cy=\"" + number(centre.y) + "\" r=\"" + number(radius) +
          "\" fill=\"" + colour + "\"/>\n";
}

void Svg::box(Point corner, double width, double height, const std::string &border) {
  body += "<rect x=\"" + number(corner.x) + "\" y=\"" + number(corner.y) + "\" width=\"" + number(width) +
          "\" height=\"" + number(height) + "\" fill=\"white\" stroke=\"" + border + "\"/>\n";
}

void Svg::text(Point at, const std::string &text, Anchor anchor, const std::string &colour, double size,
               double degrees) {
  static constexpr const char *anchors[] = {"start", "middle", "end"};
  std::string x = number(at.x), y = number(at.y);
  body += "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + number(size) + "\" fill=\"" + colour +
          "\" text-anchor=\"" + anchors[static_cast<size_t>(anchor)] +
          // White around the letters, where a line crosses them.
          "\" stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\"";
  if (degrees != 0)
    body += " transform=\"rotate(" + number(degrees) + " " + x + " " + y + ")\"";
  body += ">" + escape(text) + "</text>\n";
}
