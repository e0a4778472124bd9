// One tensor's record is read here, once a corner, and handed on flat: a fragment reads cells only.
precision highp float;
precision highp int;
precision highp sampler2D;
uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
uniform sampler2D records;       // 8 texels a record, 128 records a row
in vec3 position;
in vec2 local;
in float record;
out vec2 vLocal;
flat out vec4 vWhere;            // x, y, layer of the first page; columns of a map
flat out vec4 vShape;            // rows of a map; gaps; mode
flat out vec4 vScale;            // low, high, scale, centre
flat out vec4 vPlanes;           // the second and third page of an RGB picture
flat out vec4 vTile;             // first cell of the tile; columns of the grid; maps
flat out vec4 vLook;             // colour table; first map; strength; cells of a folded vector
flat out vec4 vText;             // page of numbers; characters a cell; cells of level 0 to one
flat out vec4 vBase;             // first cell of that page; columns of a map at level 0; how far nearer

vec4 field(int at, int i) {
  return texelFetch(records, ivec2((at % 128) * 8 + i, at / 128), 0);
}

void main() {
  int at = int(record + 0.5);
  vLocal = local;
  vWhere = field(at, 0);
  vShape = field(at, 1);
  vScale = field(at, 2);
  vPlanes = field(at, 3);
  vTile = field(at, 4);
  vLook = field(at, 5);
  vText = field(at, 6);
  vBase = field(at, 7);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  // What is finer lies on what is coarser: nearer in depth alone, so that nothing moves.
  gl_Position.z -= vBase.w * gl_Position.w;
}
