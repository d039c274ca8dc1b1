import { SPECIAL_NAMES } from '../src/query/analyse/special';
import { FUNCTIONS } from '../src/query/functions/table';

/** Functions of Athena's engine version 3 that are missing here, by topic. */
export const ABSENT: Readonly<Record<string, string>> = {
  geospatial:
    'bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level ' +
    'bing_tiles_around convex_hull_agg from_encoded_polyline geometry_collect_agg geometry_from_hadoop_shape ' +
    'geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles geometry_union geometry_union_agg ' +
    'great_circle_distance line_interpolate_point line_interpolate_points line_locate_point simplify_geometry ' +
    'spatial_partitioning spatial_partitions st_area st_asbinary st_asewkb st_asewkt st_astext st_boundary ' +
    'st_buffer st_centroid st_collect st_contains st_convexhull st_coorddim st_crosses st_difference ' +
    'st_dimension st_disjoint st_distance st_endpoint st_envelope st_envelopeaspts st_equals st_exteriorring ' +
    'st_force2d st_force3d st_geometries st_geometryfromtext st_geometryn st_geometrytype st_geomfrombinary ' +
    'st_geomfromewkt st_geomfromkml st_interiorringn st_interiorrings st_intersection st_intersects ' +
    'st_isclosed st_isempty st_isring st_issimple st_isvalid st_length st_linefromtext st_linemerge ' +
    'st_linestring st_makeline st_makepolygon st_minimumboundingcircle st_multi st_multipoint st_normalize ' +
    'st_numgeometries st_numinteriorring st_numpoints st_orientedenvelope st_overlaps st_point st_pointn ' +
    'st_pointonsurface st_points st_polygon st_polygonize st_reduceprecision st_relate st_setsrid st_srid ' +
    'st_startpoint st_symdifference st_touches st_transform st_union st_voronoipolygons st_within st_x st_xmax' +
    ' st_xmin st_y st_ymax st_ymin st_z to_encoded_polyline to_geometry to_spherical_geography',
  'sketches and digests':
    'approx_set empty_approx_set hash_counts intersection_cardinality jaccard_index make_set_digest merge ' +
    'merge_set_digest qdigest_agg tdigest_agg theta_sketch_cardinality theta_sketch_union value_at_quantile ' +
    'values_at_quantiles',
  'machine learning':
    'classify features learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor regress',
  colors: 'bar color render rgb',
  Teradata: 'to_char to_date to_timestamp',
  MongoDB: 'objectid_timestamp timestamp_objectid',
  'row patterns': 'match_recognize',
  sessions: 'current_groups',
  'table functions': 'exclude_columns',
  'functions of later engines': 'random_string title_case',
};

/** Names of the functions that queries can call, in order. */
export function functionNames(): string[] {
  const names = FUNCTIONS.filter(({ hidden }) => !hidden).map(({ signature }) => signature.name);
  return [...new Set([...names, ...SPECIAL_NAMES])].sort();
}

/** The documentation's lists of supported and missing functions. */
export function describeFunctions(): string[] {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return [
    '### Functions of SQL',
    '',
    `Functions that queries can call: ${code(functionNames())}.`,
    '',
    'Functions of Athena that are not here:',
    '',
    ...Object.entries(ABSENT).map(([about, names]) => `- ${about}: ${code(names.split(' '))}.`),
  ];
}
