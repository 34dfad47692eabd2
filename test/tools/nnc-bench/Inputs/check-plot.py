"""check-plot.py FILE.svg: says what a roofline shows; fails if a text leaves the picture or lies on another."""
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
root = tree.parse(sys.argv[1]).getroot()
width, height = float(root.get("width")), float(root.get("height"))


def extent(line):
    across = [float(point.split(",")[0]) for point in line.get("points").split()]
    return max(across) - min(across)


# A line in the legend is short. A roof need not bend: what is measured may all lie on one side of its ridge.
roofs = [line for line in root.iter(SVG + "polyline") if line.get("stroke-width") == "2.0" and extent(line) > 24]
print(len(list(root.iter(SVG + "circle"))), "points,", len(roofs), "roofs")
boxes = []
for text in root.iter(SVG + "text"):
    print(text.text)
    size = float(text.get("font-size"))
    x, y, length = float(text.get("x")), float(text.get("y")), 0.55 * size * len(text.text)
    start = x - {"start": 0, "middle": length / 2, "end": length}[text.get("text-anchor")]
    box = (start, y - 0.7 * size, start + length, y)
    if text.get("transform"):  # a quarter turn to the left
        box = (x - 0.7 * size, y - length / 2, x, y + length / 2)
    assert 0 <= box[0] and box[2] <= width and 0 <= box[1] and box[3] <= height, f"'{text.text}' leaves the picture"
    for other, its in boxes:
        apart = box[2] <= its[0] or its[2] <= box[0] or box[3] <= its[1] or its[3] <= box[1]
        assert apart, f"'{text.text}' lies on '{other}'"
    boxes.append((text.text, box))
