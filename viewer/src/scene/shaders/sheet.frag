// One tensor's cells: every pixel looks its own cell up, so that cost follows pixels.
// The CPU twin is pictures/paint.py; change both or neither.
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2DArray;

uniform usampler2DArray pages;   // bits of float16 of (x - center) / scale
uniform sampler2D records;       // 8 texels a record, 128 records a row
uniform sampler2D tables;        // one colour table a row, 256 wide
uniform sampler2D maps;          // per map: low, high of its own range, flags
uniform vec3 ground;             // what shows between maps and cells
#ifdef DIGITS
precision highp usampler2D;
uniform usampler2D texts;        // pages of 32 x 32 cells, 12 glyph indices a cell
uniform sampler2D glyphs;        // coverage, 16 x 8 fields of 32 x 64
uniform vec3 ink;                // numbers without a coloured cell behind them
#endif

in vec2 vLocal;
flat in int vRecord;
out vec4 colour;

const int SMOOTH = 1;
const int PER_MAP = 2;
const int RGB = 4;
const int GAPS = 8;
const int BLANK = 16;
const int NUMBERS = 32;

vec4 field(int i) {
  return texelFetch(records, ivec2((vRecord % 128) * 8 + i, vRecord / 128), 0);
}

struct Cell { float value; int signal; };  // signal: 0 finite, 1 NaN, 2 +inf, 3 -inf

Cell read(ivec3 origin, ivec2 at, vec2 scaling) {
  uint bits = texelFetch(pages, ivec3(origin.xy + at, origin.z), 0).r;
  if ((bits & 0x7c00u) == 0x7c00u) {
    if ((bits & 0x03ffu) != 0u) return Cell(0.0, 1);
    return Cell(0.0, (bits & 0x8000u) != 0u ? 3 : 2);
  }
  return Cell(unpackHalf2x16(bits).x * scaling.x + scaling.y, 0);
}

vec3 signalColour(int signal) {
  if (signal == 1) return vec3(1.0, 0.0, 1.0);
  if (signal == 2) return vec3(0.0, 1.0, 0.0);
  return vec3(0.0, 1.0, 1.0);
}

#ifdef DIGITS
// How much of a glyph covers this pixel. Its level of detail is computed: derivatives break at
// the border between two glyphs.
float written(ivec2 cell, vec2 inCell, vec2 cellPixels) {
  vec4 page = field(6);
  ivec2 at = cell - ivec2(field(7).xy);
  ivec2 first = ivec2(page.xy) + at * ivec2(12, 1);
  int room = int(page.z);
  int count = 0;
  for (int i = 0; i < 12; i++) {
    if (i >= room || texelFetch(texts, first + ivec2(i, 0), 0).r == 0u) break;
    count++;
  }
  float wide = min(0.92 / float(room), 14.0 / cellPixels.x);
  float tall = wide * cellPixels.x * 2.0 / cellPixels.y;
  float x = (inCell.x - 0.5) / wide + 0.5 * float(count);
  float y = (inCell.y - 0.5) / tall + 0.5;
  if (x < 0.0 || x >= float(count) || y < 0.0 || y >= 1.0) return 0.0;
  int glyph = int(texelFetch(texts, first + ivec2(int(x), 0), 0).r);
  vec2 place = vec2(float(glyph % 16) + fract(x), float(glyph / 16) + y) / vec2(16.0, 8.0);
  float lod = max(0.0, log2(32.0 / (wide * cellPixels.x)));
  return smoothstep(0.1, 0.75, textureLod(glyphs, place, lod).r);
}
#endif

float span(float value, vec2 range) {
  return clamp((value - range.x) / (range.y - range.x), 0.0, 1.0);
}

void main() {
  vec4 f0 = field(0); vec4 f1 = field(1); vec4 f2 = field(2);
  vec4 f3 = field(3); vec4 f4 = field(4); vec4 f5 = field(5);
  ivec3 origin = ivec3(f0.xyz);
  vec2 size = vec2(f0.w, f1.x);            // columns, rows of one map at this level
  vec2 pitch = 1.0 + f1.yz;
  int mode = int(f1.w);
  vec2 cellsPerPixel = fwidth(vLocal) * size;

  vec2 slot = floor(vLocal / pitch);
  vec2 within = vLocal - slot * pitch;
  int map = int(slot.y) * int(f4.z) + int(slot.x);
  if (within.x > 1.0 || within.y > 1.0 || within.x < 0.0 || within.y < 0.0) discard;
  if (map >= int(f4.w)) discard;

  vec2 place = min(within * size, size - 0.0001);
  ivec2 nearest = ivec2(place);
  if (f5.w >= 0.0) {                        // a folded vector ends within its last row
    float beneath = float(nearest.y) * field(6).w * field(7).z + float(nearest.x) * field(6).w;
    if (beneath >= f5.w) discard;
  }
  ivec2 base = ivec2(slot * size) - ivec2(f4.xy);

  vec4 mapInfo = texelFetch(maps, ivec2((int(f5.y) + map) % 1024, (int(f5.y) + map) / 1024), 0);
  vec2 range = (mode & PER_MAP) != 0 ? mapInfo.xy : f2.xy;

  // Neighbouring cells blend within one pixel of their border, or all the way in smooth maps.
  vec2 p = place - 0.5;
  vec2 i0 = floor(p);
  vec2 t = p - i0;
  if ((mode & SMOOTH) == 0) t = clamp((t - 0.5) / max(cellsPerPixel, 1e-5) + 0.5, 0.0, 1.0);
  ivec2 a = ivec2(clamp(i0, vec2(0.0), size - 1.0)) + base;
  ivec2 b = ivec2(clamp(i0 + 1.0, vec2(0.0), size - 1.0)) + base;

  vec3 shown;
  if ((mode & RGB) != 0) {
    ivec2 at = nearest + base;
    ivec3 second = ivec3(int(f3.x) % 1024, int(f3.x) / 1024, int(f3.y));
    ivec3 third = ivec3(int(f3.z) % 1024, int(f3.z) / 1024, int(f3.w));
    Cell red = read(origin, at, f2.zw);
    Cell green = read(second, at, f2.zw);
    Cell blue = read(third, at, f2.zw);
    int signal = max(red.signal, max(green.signal, blue.signal));
    shown = signal > 0 ? signalColour(signal)
      : vec3(span(red.value, range), span(green.value, range), span(blue.value, range));
  } else {
    Cell here = read(origin, nearest + base, f2.zw);
    float value = here.value;
    if (any(greaterThan(t * (1.0 - t), vec2(0.0))) && here.signal == 0) {
      Cell c00 = read(origin, a, f2.zw);
      Cell c10 = read(origin, ivec2(b.x, a.y), f2.zw);
      Cell c01 = read(origin, ivec2(a.x, b.y), f2.zw);
      Cell c11 = read(origin, b, f2.zw);
      if (c00.signal + c10.signal + c01.signal + c11.signal == 0) {
        value = mix(mix(c00.value, c10.value, t.x), mix(c01.value, c11.value, t.x), t.y);
      }
    }
    int index = int(span(value, range) * 255.0 + 0.5);
    shown = here.signal > 0 ? signalColour(here.signal)
      : texelFetch(tables, ivec2(index, int(f5.x)), 0).rgb;
    if ((mode & BLANK) != 0) shown = ground;
  }

  vec2 inCell = fract(place);
  if ((mode & GAPS) != 0 && max(cellsPerPixel.x, cellsPerPixel.y) < 0.125) {
    vec2 edge = min(inCell, 1.0 - inCell) / cellsPerPixel;
    float line = clamp(1.0 - min(edge.x, edge.y) + 0.25, 0.0, 1.0);
    shown = mix(shown, ground, line * 0.85);
  }
#ifdef DIGITS
  vec3 pen = dot(shown, vec3(0.299, 0.587, 0.114)) > 0.45 ? vec3(0.05) : vec3(0.97);
  if ((mode & NUMBERS) != 0) { shown = ground; pen = ink; }
  shown = mix(shown, pen, written(ivec2(slot * size) + nearest, inCell, 1.0 / cellsPerPixel));
#endif
  if (mapInfo.z > 0.5) {                    // zero everywhere: crossed out
    vec2 px = fwidth(vLocal);
    float d = min(abs(within.x - within.y), abs(within.x + within.y - 1.0)) / (px.x + px.y);
    shown = mix(shown, vec3(0.5), 0.55 * clamp(1.2 - d, 0.0, 1.0));
  }
  colour = vec4(mix(ground, shown, f5.z), 1.0);
}
