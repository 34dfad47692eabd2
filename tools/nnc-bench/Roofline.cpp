//===- Roofline.cpp - results below what the machine allows ---------------===//

#include "tools/nnc-bench/Roofline.h"

#include "tools/nnc-bench/Svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

/// Where the axes are, in pixels.
static constexpr double width = 860, height = 560, left = 80, right = 835, top = 50, bottom = 490;
/// Okabe and Ito's colours, which people with any colour vision tell apart.
static constexpr std::array<const char *, 6> colours = {"#0072b2", "#d55e00", "#009e73",
                                                        "#cc79a7", "#e69f00", "#56b4e9"};

static std::string format(const char *form, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, form, value);
  return buffer;
}

namespace {

/// A logarithmic axis from `low` to `high` between two pixels.
struct Axis {
  double low, high, from, to;

  double pixel(double value) const { return from + (to - from) * std::log(value / low) / std::log(high / low); }

  /// 1, 2 and 5 times each power of ten within the axis, or the powers alone if they are many.
  std::vector<double> ticks() const {
    std::vector<double> all;
    bool few = high / low < 2e4;
    for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
      for (double factor : {1.0, 2.0, 5.0})
        if ((few || factor == 1) && power * factor >= low && power * factor <= high)
          all.push_back(power * factor);
    return all;
  }
};

class Roofline {
public:
  explicit Roofline(const std::vector<Measurement> &measurements)
      : measurements(measurements), svg(width, height), x(axisX()), y(axisY()) {}

  std::string draw() {
    drawAxes();
    findRoofs();
    for (size_t i = 0; i < roofs.size(); ++i)
      drawRoof(roofs[i].limits, colours[i % colours.size()]);
    for (const Measurement &measurement : measurements)
      taken.push_back(at(measurement));
    for (const Measurement &measurement : measurements)
      drawPoint(measurement);
    drawLegend();
    return svg.finish();
  }

private:
  void findRoofs() {
    for (const Measurement &m : measurements) {
      if (roofs.empty() || roofs.back().threads != m.threads)
        roofs.push_back(m);
      MachineRates &best = roofs.back().limits;
      best.peakGflops = std::max(best.peakGflops, m.limits.peakGflops);
      best.readGbps = std::max(best.readGbps, m.limits.readGbps);
    }
  }

  Axis axisX() const {
    double low = measurements.front().intensity(), high = low;
    for (const Measurement &m : measurements) {
      low = std::min(low, m.intensity());
      high = std::max(high, m.intensity());
      if (m.limits.peakGflops > 0) // the ridge, where the roof bends
        high = std::max(high, m.limits.peakGflops / m.limits.readGbps);
    }
    return {low / 2, high * 2, left, right};
  }

  Axis axisY() const {
    double low = measurements.front().gflops(), high = low;
    for (const Measurement &m : measurements) {
      low = std::min(low, m.gflops());
      high = std::max({high, m.gflops(), m.limits.peakGflops});
    }
    return {low / 2, high * 1.6, bottom, top};
  }

  Point at(double intensity, double gflops) const { return {x.pixel(intensity), y.pixel(gflops)}; }
  Point at(const Measurement &measurement) const { return at(measurement.intensity(), measurement.gflops()); }

  std::string colourOf(const Measurement &measurement) const {
    auto same = [&](const Measurement &roof) { return roof.threads == measurement.threads; };
    auto roof = std::find_if(roofs.begin(), roofs.end(), same);
    return colours[static_cast<size_t>(roof - roofs.begin()) % colours.size()];
  }

  void drawAxes() {
    const Measurement &first = measurements.front();
    svg.text({left, 28}, first.model + " (" + first.level + "): measured speed, and what this machine allows",
             Svg::Anchor::Start, "#222", 16);
    for (double tick : x.ticks()) {
      svg.line({{x.pixel(tick), top}, {x.pixel(tick), bottom}}, "#e4e4e4", 1);
      svg.text({x.pixel(tick), bottom + 20}, format("%g", tick), Svg::Anchor::Middle);
    }
    for (double tick : y.ticks()) {
      svg.line({{left, y.pixel(tick)}, {right, y.pixel(tick)}}, "#e4e4e4", 1);
      svg.text({left - 8, y.pixel(tick) + 4}, format("%g", tick), Svg::Anchor::End);
    }
    svg.line({{left, top}, {left, bottom}, {right, bottom}}, "#222", 1);
    svg.text({(left + right) / 2, bottom + 48}, "FLOPs for each byte of weights, inputs and results (logarithmic)",
             Svg::Anchor::Middle);
    svg.text({22, (top + bottom) / 2}, "GFLOP/s (logarithmic)", Svg::Anchor::Middle, "#222", 13, -90);
  }

  /// Up with the read rate, then level at the peak.
  void drawRoof(const MachineRates &limits, const std::string &colour) {
    double start = std::max(x.low, y.low / limits.readGbps);
    double ridge = limits.peakGflops > 0 ? limits.peakGflops / limits.readGbps : y.high / limits.readGbps;
    ridge = std::min(ridge, x.high);
    std::vector<Point> points;
    if (start < ridge)
      points.push_back(at(start, start * limits.readGbps));
    else
      ridge = x.low;
    double level = limits.peakGflops > 0 ? limits.peakGflops : ridge * limits.readGbps;
    points.push_back(at(ridge, std::min(ridge * limits.readGbps, level)));
    if (limits.peakGflops > 0)
      points.push_back(at(x.high, level));
    svg.line(points, colour, 2);
  }

  /// With its batch beside it, where nothing is yet.
  void drawPoint(const Measurement &measurement) {
    Point point = at(measurement);
    std::string colour = colourOf(measurement);
    svg.circle(point, 5, colour);
    std::string label = std::to_string(measurement.batch);
    double half = 4.0 * static_cast<double>(label.size());
    for (Point centre :
         {Point{point.x, point.y + 16}, Point{point.x + half + 10, point.y}, Point{point.x, point.y - 14},
          Point{point.x - half - 10, point.y}, Point{point.x + half + 8, point.y + 15}}) {
      auto overlaps = [&](const Point &other) {
        return std::fabs(other.x - centre.x) < half + 8 && std::fabs(other.y - centre.y) < 12;
      };
      if (std::any_of(taken.begin(), taken.end(), overlaps))
        continue;
      taken.push_back(centre);
      svg.text({centre.x, centre.y + 4}, label, Svg::Anchor::Middle, colour, 12);
      return;
    }
  }

  /// Lower right, where it is empty: nothing that needs so many FLOPs for a byte is so slow.
  void drawLegend() {
    constexpr double line = 20, boxWidth = 425;
    double boxHeight = line * (static_cast<double>(roofs.size()) + 1) + 12;
    Point corner = {right - boxWidth - 12, bottom - boxHeight - 12};
    svg.box(corner, boxWidth, boxHeight, "#bbb");
    Point base = {corner.x + 12, corner.y + 20};
    for (const Measurement &roof : roofs) {
      std::string text = std::to_string(roof.threads) + (roof.threads == 1 ? " thread" : " threads");
      if (roof.limits.peakGflops > 0)
        text += ": peak " + format("%.0f", roof.limits.peakGflops) + " GFLOP/s,";
      text += " reads " + format("%.3g", roof.weightBytes / 1e6) + " MB at " + format("%.0f", roof.limits.readGbps) +
              " GB/s";
      svg.line({{base.x, base.y - 4}, {base.x + 24, base.y - 4}}, colourOf(roof), 2);
      svg.text({base.x + 32, base.y}, text);
      base.y += line;
    }
    svg.circle({base.x + 12, base.y - 4}, 5, "#666");
    svg.text({base.x + 32, base.y}, "median of the calls of a batch, which stands beside it");
  }

  const std::vector<Measurement> &measurements;
  Svg svg;
  Axis x, y;
  std::vector<Measurement> roofs; ///< the first of each number of threads, with the best rates of all of these
  std::vector<Point> taken;       ///< centres of points and labels
};

} // namespace

std::string drawRoofline(const std::vector<Measurement> &measurements) { return Roofline(measurements).draw(); }
